"""Tools of the checkout: run as ``.venv/bin/python -m tools.<name>``, never part of a release."""
