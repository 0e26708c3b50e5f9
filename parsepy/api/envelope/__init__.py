"""What a request is wrapped in: bodies, keys and credentials, query strings, uploads."""
