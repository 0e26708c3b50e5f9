"""Compatibility: parsepy beside the real Parse Server."""
