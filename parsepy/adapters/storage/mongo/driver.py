"""The MongoDB driver's client, made from an address and the options that Parse Server hands to Node's driver."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.driver_info import DriverInfo
from pymongo.errors import ConfigurationError, InvalidURI

from parsepy.adapters.storage.base import StorageError
from parsepy.adapters.storage.mongo.events import listeners
from parsepy.settings.database_options import NODE_DRIVER_ONLY, DatabaseOptions, MongoDriver
from parsepy.settings.options import options_of

Client = AsyncMongoClient[dict[str, Any]]

DEFAULT_NAME = "test"
"""The database of an address that names none, as for Node's driver."""

_CREDENTIALS = re.compile(r"(mongodb(?:\+srv)?://)([^/?#]*)@", re.IGNORECASE)
# What JavaScript's encodeURIComponent leaves as it is, beside letters and digits.
_UNESCAPED = "-_.!~*'()"


def new_client(uri: str, options: DatabaseOptions) -> Client:
    """A client that is not connected yet; options win over those in the address.

    Raises StorageError if the address or an option cannot be used; its text never shows credentials.
    """
    try:
        return AsyncMongoClient(_escaped(uri), **_driver_options(options))
    except InvalidURI as exc:
        hint = "characters such as @ : / % in the user name or password must be escaped"
        raise StorageError(f"the address of the MongoDB database cannot be used; {hint}") from exc
    except (ConfigurationError, ValueError, TypeError, OSError) as exc:
        raise StorageError(f"the options of the MongoDB database cannot be used: {exc}") from exc


def connected_database(uri: str, options: DatabaseOptions) -> AsyncDatabase[dict[str, Any]]:
    """The database that the address names, with a client of its own, as `new_client` makes it."""
    return new_client(uri, options).get_default_database(DEFAULT_NAME)


def _driver_options(options: DatabaseOptions) -> dict[str, Any]:
    given = {found.wire: getattr(options, found.name) for found in options_of(MongoDriver)}
    asked = {wire: _plain(value) for wire, value in given.items() if value is not None and wire not in NODE_DRIVER_ONLY}
    if options.client_metadata:
        asked["driver"] = _driver_info(options)
    heard = listeners(options.log_client_events)
    return {**asked, "event_listeners": heard} if heard else asked


def _plain(value: Any) -> Any:
    """The driver wants lists and dicts of exactly these types."""
    match value:
        case tuple():
            return list(value)
        case dict():
            return dict(value)
    return value


def _driver_info(options: DatabaseOptions) -> DriverInfo:
    """The application's name and version, sent beside the driver's when a connection is opened."""
    told = options.client_metadata or {}
    version = told.get("version")
    return DriverInfo(str(told.get("name", "")), None if version is None else str(version))


def _escaped(uri: str) -> str:
    """The address with its credentials escaped, whether or not they were."""
    found = _CREDENTIALS.match(uri)
    if found is None:
        return uri
    credentials = quote(unquote(found[2]), safe=_UNESCAPED).replace("%3A", ":", 1)
    return f"{found[1]}{credentials}@{uri[found.end() :]}"
