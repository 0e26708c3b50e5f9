"""The store itself: connects, gathers inserts, opens transactions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import pymongo

from parsepy.adapters.storage.base import Object, Storage, StorageUnavailableError
from parsepy.adapters.storage.mongo import found_indexes
from parsepy.adapters.storage.mongo.calls import MongoCalls
from parsepy.adapters.storage.mongo.driver import DEFAULT_NAME, Client, new_client
from parsepy.adapters.storage.mongo.errors import translated
from parsepy.adapters.storage.mongo.inserts import Inserter
from parsepy.adapters.storage.mongo.scope import CODEC, Scope
from parsepy.adapters.storage.mongo.transaction import transaction
from parsepy.model.schema import ClassSchema
from parsepy.settings.database_options import DatabaseOptions

START_SECONDS = 10.0
"""How long the first connection may take: later ones wait as long as the driver's options say."""

_DEFAULTS = DatabaseOptions()


class MongoStorage(MongoCalls):
    """Objects as documents of MongoDB, in the format of Parse Server: both may work on one database at the same time.

    `prefix` begins the names of all collections. One instance belongs to one event loop.
    """

    def __init__(self, uri: str, *, prefix: str = "", options: DatabaseOptions = _DEFAULTS) -> None:
        self._uri = uri
        self._prefix = prefix
        self._options = options
        self._parts: tuple[Client, Scope, Inserter] | None = None

    async def open(self) -> None:
        """Connect. Raises StorageUnavailableError if nobody answers, StorageError for an address that cannot be one."""
        if self._parts is not None:
            return
        client = new_client(self._uri, self._options)
        try:
            with translated(), pymongo.timeout(self._start_seconds()):
                database = client.get_default_database(DEFAULT_NAME, codec_options=CODEC)
                await database.command("ping")
            scope = Scope(database, self._prefix, self._options)
            await found_indexes.note(scope)
        except BaseException:
            await client.close()
            raise
        self._parts = client, scope, Inserter(scope)

    def _start_seconds(self) -> float:
        chosen = self._options.server_selection_timeout_ms
        return START_SECONDS if chosen is None else min(START_SECONDS, chosen / 1000)

    async def close(self) -> None:
        """Finish what was accepted and let go of the connections."""
        if self._parts is None:
            return
        client, _, inserter = self._parts
        self._parts = None
        await inserter.close()
        await client.close()

    async def ping(self) -> None:
        """Return if the database answers."""
        with translated():
            await self._scope.database.command("ping")

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none; until a refusal is known, others may see some of them.

        Raises DuplicateValueError, InvalidValueError.
        """
        await self._opened()[2].insert(schema, objects)

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A store whose calls take effect together when the block ends, or not at all when it raises.

        Raises InvalidQueryError on servers that do not form a replica set.
        """
        client, scope, _ = self._opened()
        return transaction(client, scope)

    @property
    def _scope(self) -> Scope:
        return self._opened()[1]

    def _opened(self) -> tuple[Client, Scope, Inserter]:
        if self._parts is None:
            raise StorageUnavailableError("the database is closed")
        return self._parts
