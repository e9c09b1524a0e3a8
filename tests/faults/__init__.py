"""What goes wrong in the field, done to real processes on engines of their own."""
