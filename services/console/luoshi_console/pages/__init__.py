"""页面: one module per page; each holds its frozen view and builds it from the answers of at most three services."""
