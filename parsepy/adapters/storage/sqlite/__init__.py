"""The embedded database (`storage`): one SQLite file, read in threads, and written by one that commits what waits together."""
