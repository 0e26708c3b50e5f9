"""What the MongoDB driver raises, as the port's errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
)

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    StorageError,
    StorageUnavailableError,
)
from parsepy.errors import ParseError
from parsepy.model.apply_ops import InvalidOperationError
from parsepy.model.documents import Documents, UnstorableError

DUPLICATE_KEY = frozenset({11000, 11001, 12582})
ABSENT_NAMESPACE = 26
ABSENT_INDEX = 27
_TOO_LARGE = frozenset({10334, 17280, 17419, 17420})
_REFUSED_TO_US = frozenset({13, 18, 8000})
_TOO_SLOW = 50
_NO_REPLICA_SET = 20
_PASSING = frozenset(
    {
        6,
        7,
        24,
        46,
        89,
        91,
        112,
        189,
        225,
        239,
        244,
        251,
        262,
        317,
        358,
        9001,
        10107,
        11600,
        11602,
        13388,
        13435,
        13436,
        14031,
    }
)
"""Codes of what may be over when it is tried again: elections, locks, conflicts of transactions, a full disk."""

_DUPLICATE_TEXT = re.compile(r"index: (?P<index>[^\s,]+)(?:.*?dup key: \{ ?(?P<key>[^\s:]+) ?:)?", re.DOTALL)
_DIRECTION = re.compile(r"_-?1$")
_DETAILS = re.compile(r" \(configured timeouts|, Timeout: ")
"""Where the driver goes on to tell its settings and all that it knows of the servers."""


@contextmanager
def translated(documents: Documents | None = None, *, writing: bool = False) -> Iterator[None]:
    """Turns the errors of the driver, of the codec and of the model into the port's.

    What the server refuses is the fault of the query, or, if `writing`, of the values. `documents` names the fields of
    unique indexes.
    """
    try:
        yield
    except (PyMongoError, BSONError, ParseError, UnstorableError, UnicodeError, OverflowError) as exc:
        raise translation(exc, documents, writing=writing) from exc


def translation(exc: Exception, documents: Documents | None = None, *, writing: bool = False) -> StorageError:
    """The port's error for one of the driver, of the codec or of the model."""
    refusal = InvalidValueError if writing else InvalidQueryError
    match exc:
        case BulkWriteError():
            return write_error(_first_error(exc), documents)
        case OperationFailure():
            return _failure(exc, documents, refusal)
        case ConnectionFailure():
            return StorageUnavailableError(f"MongoDB cannot be reached: {_DETAILS.split(str(exc), maxsplit=1)[0]}")
        case InvalidOperationError():
            return InvalidValueError(exc.message)
        case ParseError():
            return refusal(exc.message)
        case UnstorableError():
            return refusal(str(exc))
        case BSONError() | UnicodeError() | OverflowError():
            return _unsendable(exc, writing=writing)
        case _:
            return _of_driver(exc)


def _of_driver(exc: Exception) -> StorageError:
    """What the driver itself refuses."""
    match exc:
        case InvalidOperation():
            return StorageUnavailableError("the database is closed")
        case ConfigurationError() if "sessions" in str(exc).lower():
            return no_transactions()
        case _:
            return StorageError(str(exc))


def _unsendable(exc: Exception, *, writing: bool) -> StorageError:
    """What cannot be written as BSON."""
    if isinstance(exc, DocumentTooLarge):
        return InvalidValueError("the object is larger than MongoDB allows")
    if writing:
        return InvalidValueError("the object has values that cannot be stored")
    return InvalidQueryError("the query has values that cannot be stored")


def no_transactions() -> InvalidQueryError:
    """The refusal of a transaction on a server that has none; the text is for clients."""
    return InvalidQueryError("Transactions need MongoDB servers that form a replica set.")


def write_error(error: Mapping[str, Any], documents: Documents | None) -> StorageError:
    """One of the errors that the server reports for a write of many rows."""
    code, text = error.get("code"), str(error.get("errmsg", ""))
    if code in DUPLICATE_KEY:
        return DuplicateValueError(_duplicate_field(error, text, documents))
    if code in _TOO_LARGE:
        return InvalidValueError("the object is larger than MongoDB allows")
    return StorageUnavailableError(text) if code in _PASSING else InvalidValueError(text)


def is_passing(exc: OperationFailure) -> bool:
    """Whether trying again may help."""
    return exc.code in _PASSING or exc.has_error_label("TransientTransactionError")


def is_unanswered(exc: Exception) -> bool:
    """Whether the server may have done what it was asked, without having said so."""
    return isinstance(exc, ConnectionFailure | OperationFailure)


def _failure(exc: OperationFailure, documents: Documents | None, refusal: type[StorageError]) -> StorageError:
    details: Mapping[str, Any] = exc.details or {}
    if exc.code in DUPLICATE_KEY:
        return DuplicateValueError(_duplicate_field(details, _text(exc), documents))
    if exc.code in _TOO_LARGE:
        return InvalidValueError("the object is larger than MongoDB allows")
    if is_passing(exc):
        return StorageUnavailableError(f"MongoDB could not do it now: {_text(exc)}")
    if exc.code == _TOO_SLOW:
        return InvalidQueryError("The query takes longer than databaseOptions.maxTimeMS allows.")
    if exc.code == _NO_REPLICA_SET and "transaction" in str(exc).lower():
        return no_transactions()
    if exc.code in _REFUSED_TO_US:
        return StorageError(f"MongoDB refuses this server: {_text(exc)}")
    return refusal(_text(exc))


def _text(exc: OperationFailure) -> str:
    return str((exc.details or {}).get("errmsg") or exc)


def _first_error(exc: BulkWriteError) -> Mapping[str, Any]:
    errors = exc.details.get("writeErrors") or exc.details.get("writeConcernErrors") or [{"errmsg": str(exc)}]
    first: Mapping[str, Any] = errors[0]
    return first


def _duplicate_field(error: Mapping[str, Any], text: str, documents: Documents | None) -> str:
    """The first path of the index that refused, as Parse calls it."""
    pattern = error.get("keyPattern")
    key = next(iter(pattern)) if pattern else _key_in(text)
    return documents.name(key) if documents is not None else key


def _key_in(text: str) -> str:
    """Old servers tell the index and its key only in the text of the error."""
    found = _DUPLICATE_TEXT.search(text)
    if found is None:
        return "_id"
    if found["key"]:
        return found["key"].strip("\"'")
    name = found["index"].rpartition("$")[2]
    return "_id" if name == "_id_" else _DIRECTION.sub("", name)
