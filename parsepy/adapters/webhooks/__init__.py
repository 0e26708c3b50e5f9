"""Calling other servers that run functions and triggers."""
