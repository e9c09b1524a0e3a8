"""页面: one module per page; each holds the page's frozen view and builds it from the answers of at most three services."""
