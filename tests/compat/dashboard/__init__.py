"""The dashboard beside the original's Node server."""
