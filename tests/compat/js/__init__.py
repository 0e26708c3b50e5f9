"""The official JavaScript SDK drives a running server."""
