"""What every call on MongoDB works with: the database, the collections of classes, the mappings of their documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import ReadPreference
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from parsepy.adapters.storage.base import NO_OPTIONS, Options
from parsepy.model.documents import Documents
from parsepy.model.schema import ClassSchema
from parsepy.settings.database_options import DatabaseOptions

Document = dict[str, Any]
Collection = AsyncCollection[Document]

SCHEMAS = "_SCHEMA"
"""The collection of classes."""

CODEC: CodecOptions[Document] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_AUTO, unicode_decode_error_handler="replace"
)
"""Dates come out naive, which is the quickest, and those that Python cannot hold in a type of the driver."""

_PREFERENCES: Mapping[str, Any] = {
    "PRIMARY": ReadPreference.PRIMARY,
    "PRIMARY_PREFERRED": ReadPreference.PRIMARY_PREFERRED,
    "SECONDARY": ReadPreference.SECONDARY,
    "SECONDARY_PREFERRED": ReadPreference.SECONDARY_PREFERRED,
    "NEAREST": ReadPreference.NEAREST,
}


@dataclass
class Known:
    """What has been found out about the database: which classes are there, and which indexes for searching."""

    classes: set[str] = field(default_factory=set)
    search_indexes: set[tuple[str, str]] = field(default_factory=set)


class Scope:
    """A database with a prefix for all collections, and the session that calls take part in, if there is one.

    `afterwards` is what has to wait for the end of the session's transaction, because MongoDB does it in none.
    """

    def __init__(
        self,
        database: AsyncDatabase[Document],
        prefix: str,
        options: DatabaseOptions,
        *,
        session: AsyncClientSession | None = None,
        known: Known | None = None,
    ) -> None:
        self.database = database
        self.prefix = prefix
        self.options = options
        self.session = session
        self.known = known or Known()
        self.afterwards: list[Callable[[], Awaitable[None]]] = []
        self._collections: dict[str, Collection] = {}
        self._documents: dict[str, Documents] = {}

    def within(self, session: AsyncClientSession) -> Scope:
        """The same for the calls of a session."""
        known = Known(set(self.known.classes), set(self.known.search_indexes))
        return Scope(self.database, self.prefix, self.options, session=session, known=known)

    def without_session(self) -> Scope:
        """The same for what is done after the session's transaction."""
        return Scope(self.database, self.prefix, self.options)

    def collection(self, class_name: str, options: Options = NO_OPTIONS) -> Collection:
        """Where the rows of a class are, read as `readPreference` says."""
        found = self._collections.get(class_name)
        if found is None:
            found = self._collections[class_name] = self.database[self.prefix + class_name]
        preference = _PREFERENCES.get(str(options.get("readPreference", ""))) if options else None
        if preference is None or self.session is not None:
            return found
        return found.with_options(read_preference=preference)

    def documents(self, schema: ClassSchema) -> Documents:
        """The mapping of a class, made when its schema changes."""
        found = self._documents.get(schema.name)
        if found is None or found.schema is not schema:
            found = self._documents[schema.name] = Documents(schema)
        return found

    def asked(self, options: Options) -> dict[str, Any]:
        """The driver's arguments for what the caller and the settings say about a read."""
        given: dict[str, Any] = {"session": self.session} if self.session is not None else {}
        if self.options.max_time_ms:
            given["maxTimeMS"] = self.options.max_time_ms
        if not options:
            return given
        hint, comment = options.get("hint"), options.get("comment")
        if hint is not None:
            given["hint"] = list(hint.items()) if isinstance(hint, Mapping) else hint
        if comment is not None:
            given["comment"] = comment
        return given
