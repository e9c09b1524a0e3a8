"""What people hand in: kept by the digest of its content, typed by its content, given back safely."""
