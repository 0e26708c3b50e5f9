"""Transactions of MongoDB's replica sets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError
from pymongo.server_type import SERVER_TYPE

from parsepy.adapters.storage.base import Object, Storage
from parsepy.adapters.storage.mongo.calls import Answer, MongoCalls
from parsepy.adapters.storage.mongo.driver import Client
from parsepy.adapters.storage.mongo.errors import no_transactions, translated
from parsepy.adapters.storage.mongo.scope import Scope
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Query

log = logging.getLogger(__name__)

COMMIT_RETRIES = 5

_WITHOUT_TRANSACTIONS = frozenset({SERVER_TYPE.Standalone, SERVER_TYPE.Unknown})
_UNKNOWN_RESULT = "UnknownTransactionCommitResult"


class MongoTransaction(MongoCalls):
    """The store as seen from within a transaction; its calls run one after the other.

    What MongoDB refuses ends the transaction: whoever goes on after a refusal is refused everything.
    """

    def __init__(self, scope: Scope) -> None:
        self._inner = scope
        self._turn = asyncio.Lock()

    @property
    def _scope(self) -> Scope:
        return self._inner

    async def _in_turn(self, call: Awaitable[Answer]) -> Answer:
        async with self._turn:
            return await call

    async def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces; other calls may come between them."""
        pieces = super().scan(schema, query)
        while True:
            try:
                piece = await self._in_turn(anext(pieces))
            except StopAsyncIteration:
                return
            yield piece

    async def open(self) -> None:
        """Nothing to do: the store is open."""

    async def close(self) -> None:
        """Nothing to do: the store stays open."""

    async def ping(self) -> None:
        """Return if the database answers."""
        with translated():
            await self._scope.database.command("ping")

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """The same transaction: MongoDB has no parts that could be undone alone."""
        return self._part()

    @asynccontextmanager
    async def _part(self) -> AsyncIterator[Storage]:
        yield self


@asynccontextmanager
async def transaction(client: Client, scope: Scope) -> AsyncIterator[Storage]:
    """The block of a transaction; leaving it by an exception, a cancellation too, undoes everything.

    Raises InvalidQueryError on servers that have no transactions.
    """
    if not has_transactions(client):
        raise no_transactions()
    with translated(writing=True):
        session = client.start_session()
        await session.start_transaction()
    inner = scope.within(session)
    async with session:
        try:
            yield MongoTransaction(inner)
        except BaseException:
            await asyncio.shield(session.abort_transaction())
            raise
        with translated(writing=True):
            await asyncio.shield(_commit(session))
    scope.known.classes |= inner.known.classes
    await _finish(inner)


def has_transactions(client: Client) -> bool:
    """Whether the servers form a replica set, or are reached through a router."""
    servers = client.topology_description.server_descriptions().values()
    return any(server.server_type not in _WITHOUT_TRANSACTIONS for server in servers)


async def _commit(session: AsyncClientSession) -> None:
    for attempt in range(COMMIT_RETRIES + 1):
        try:
            await session.commit_transaction()
        except PyMongoError as exc:
            if attempt == COMMIT_RETRIES or not exc.has_error_label(_UNKNOWN_RESULT):
                raise
        else:
            return


async def _finish(scope: Scope) -> None:
    """Make and drop what belongs to classes of the transaction, now that they are there."""
    for work in scope.afterwards:
        try:
            await work()
        except PyMongoError as exc:
            log.warning("after a transaction, an index could not be made or dropped: %s", exc)
