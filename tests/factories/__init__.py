"""Things that tests are given."""
