"""The differential test: the same requests to the real Parse Server and to parsepy, the answers compared."""
