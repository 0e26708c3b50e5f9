"""What validators ask beyond the caller and single fields: how often, and the form of the whole."""
