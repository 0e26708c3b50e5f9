"""The store on MongoDB, on the maker's own asyncio client."""

from parsepy.adapters.storage.mongo.storage import MongoStorage as MongoStorage

__all__ = ["MongoStorage"]
