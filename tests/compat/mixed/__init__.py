"""Two servers on one database at once, under load: nothing that was acknowledged may be lost, and both see the same."""
