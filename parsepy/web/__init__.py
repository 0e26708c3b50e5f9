"""The HTTP shell around the API."""
