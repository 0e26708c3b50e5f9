"""Reads that look at a whole table: several threads share the work, and columns that nobody asks about stay unread."""
