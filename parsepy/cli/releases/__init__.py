"""Releases on this machine: where they lie, how they are checked, and how workers come to run them."""
