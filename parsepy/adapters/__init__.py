"""The ports to the outside (storage, files) and their implementations."""
