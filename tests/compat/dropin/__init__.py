"""One database, opened by the real Parse Server and by parsepy in turn, and by both at once."""
