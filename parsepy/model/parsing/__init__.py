"""The parts of a `where` as clients write it."""
