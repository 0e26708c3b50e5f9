"""The storage port: what the engine asks of a database, and the errors it may answer with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from parsepy.model.ops import Ops
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.system_classes import HIDDEN_INDEX_PREFIX, PRIMARY_INDEX
from parsepy.model.where import Query, Where

Object = dict[str, Any]
"""One Parse object in REST encoding, as stored.

`createdAt`/`updatedAt` are ISO texts with milliseconds and `Z`; files are `{"__type": "File", "name": ...}`; `ACL` is absent
for a public object and holds only true flags otherwise; relation fields are not in it; internal fields keep their names
(`_hashed_password`, `sessionToken` ...).
"""


Options = Mapping[str, Any]
"""How to run a query: `hint` (name or keys of an index), `comment`, `readPreference` (`SECONDARY`, ... in capitals).

A store ignores those that it has no use for.
"""

NO_OPTIONS: Options = MappingProxyType({})

Explanation = Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""A plan in the store's own words: steps, or the one document that MongoDB has for it."""


class StorageError(Exception):
    """A store could not do what it was asked."""


class ClassExistsError(StorageError):
    """The class to be created is there already."""


class DuplicateValueError(StorageError):
    """A unique index refused a write; `field` is its first path (`objectId`, `username`, `authData.anonymous.id`)."""

    def __init__(self, field: str) -> None:
        super().__init__(f"duplicate value for {field}")
        self.field = field


class InvalidValueError(StorageError):
    """An operation does not fit the stored value (increment of a text, Add to a number)."""


class InvalidQueryError(StorageError):
    """A condition that the store cannot run: a malformed or too expensive pattern; the text may be shown to clients."""


class StorageUnavailableError(StorageError):
    """The database is gone, full or locked; trying again later may help."""


class Storage(Protocol):
    """Where objects live. Takes and gives Parse JSON; raises only StorageError and its children.

    Objects that are handed in or out belong to the receiver: a store never keeps or shares them.
    A class that the store does not hold is empty for reads and deletes.
    """

    takes_turns: ClassVar[bool]
    """Whether a transaction that writes a row waits for another one that has written it; if not, it is refused."""

    async def open(self) -> None:
        """Connect, and create what the store needs for itself."""

    async def close(self) -> None:
        """Finish what was accepted and let go of all resources."""

    async def ping(self) -> None:
        """Return if the database answers."""

    async def load_classes(self) -> list[ClassSchema]:
        """Every class with its schema; join classes and tables of parsepy's own are not listed."""

    async def create_class(self, schema: ClassSchema) -> None:
        """Make room for a class. Raises ClassExistsError."""

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        """Apply a change to the class as it stands in the store; repeating it is harmless. Dropped fields lose their data.

        `schema` is the class before the change, as the caller knows it; a concurrent change of other fields is kept.
        Raises DuplicateValueError when a unique index does not fit the rows.
        """

    async def drop_class(self, schema: ClassSchema) -> None:
        """Remove a class with its rows; one that is not there is no error."""

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError."""

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order; without order in the order of their creation."""

    def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces: any number of rows in bounded memory. Closing the iterator ends the work."""

    async def get(self, schema: ClassSchema, object_id: str) -> Object | None:
        """One object by id: the short way."""

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly."""

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out, in order of first appearance."""

    async def aggregate(self, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
        """The rows that the pipeline makes, as clients get them. Raises InvalidQueryError naming what it cannot do."""

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched.

        With `upsert` a missing object is inserted from the equalities of `where` and the ops.
        Raises DuplicateValueError, InvalidValueError.
        """

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        """Delete every match; how many there were."""

    async def explain(self, schema: ClassSchema, query: Query) -> Explanation:
        """How the store would run the query; `query.options["explain"]` is true or names a verbosity."""

    async def indexes(self, schema: ClassSchema) -> Mapping[str, Mapping[str, int | str]]:
        """The keys of the indexes that clients may see and that are really there, by name; `_id_` is the one on ids.

        Keys are paths of the class (`{"objectId": 1}`). A class that is not there has none.
        """

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        """Call back soon after another process may have changed classes; runs until it is cancelled.

        Raises StorageUnavailableError when the watch is lost: what happened meanwhile is unknown then.
        """

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A store whose calls take effect together when the block ends, or not at all when it raises."""


def visible_indexes(schema: ClassSchema) -> dict[str, Mapping[str, int | str]]:
    """What `Storage.indexes` answers when all indexes of the stored class are there: paths are those of the class."""
    own = {name: i.keys for name, i in schema.indexes.items() if not name.startswith(HIDDEN_INDEX_PREFIX)}
    return {PRIMARY_INDEX.name: PRIMARY_INDEX.keys, **own}
