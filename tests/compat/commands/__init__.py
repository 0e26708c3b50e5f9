"""Which commands parsepy and the real Parse Server send to MongoDB for the same requests."""
