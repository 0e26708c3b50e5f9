"""What is told to live query servers of the changes that happen here."""
