"""A class with a million rows and 60 columns, and what the dashboard asks of it."""
