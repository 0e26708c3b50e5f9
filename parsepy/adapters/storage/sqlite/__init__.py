"""The embedded database: one SQLite file, read in threads and written by one thread that commits what waits together."""

from parsepy.adapters.storage.sqlite.storage import SqliteStorage

__all__ = ["SqliteStorage"]
