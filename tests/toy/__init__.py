"""Two small services for tests of the mechanisms: `tasks` keeps notes and tells of them, `scoring` counts them."""
