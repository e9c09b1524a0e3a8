"""名录镜像: a read-only copy of directory data that each service keeps by events. No contact data, ever."""
