"""A test kit."""
