"""Objects as rows of a table and back: the document's JSON beside what SQL has to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from parsepy.adapters.storage.base import InvalidValueError, Object
from parsepy.adapters.storage.sqlite.statements import SEPARATOR
from parsepy.adapters.storage.sqlite.where import permission_mark
from parsepy.model import acl

Row = tuple[str, str | None, str | None, str]
"""(id, rperm, wperm, doc)."""

PART = 65_536
"""Bytes of JSON that are read at once: the interpreter is not free for others meanwhile."""


def encoded(row: Object) -> Row:
    """The row of an object. Raises InvalidValueError for one without an id, or that JSON cannot hold."""
    object_id = row.get("objectId")
    if not isinstance(object_id, str):
        raise InvalidValueError("an object needs an objectId")
    grants = row.get("ACL")
    if grants is None:
        return object_id, None, None, _document(row)
    return object_id, _marks(grants, "read"), _marks(grants, "write"), _document(row)


def _document(row: Object) -> str:
    try:
        return orjson.dumps(row).decode()
    except TypeError as exc:
        raise InvalidValueError("the object has values that cannot be stored") from exc


def _marks(grants: dict[str, Any], action: str) -> str | None:
    granted = acl.granted(grants, action)
    return None if granted is None else "".join(permission_mark(key) for key in sorted(granted))


def decoded(document: bytes | str) -> Object:
    """The object of one document."""
    row: Object = orjson.loads(document)
    return row


def parts(joined: bytes | None) -> Iterator[list[Object]]:
    """The objects of an answer of joined documents, in lists that are read in one go each."""
    if not joined:
        return
    start = 0
    while len(joined) - start > PART:
        end = joined.find(SEPARATOR, start + PART)
        if end < 0:
            break
        yield orjson.loads(b"[%b]" % joined[start:end])
        start = end + len(SEPARATOR)
    yield orjson.loads(b"[%b]" % joined[start:])


def all_decoded(joined: bytes | None) -> list[Any]:
    """The objects of an answer of joined documents."""
    return [row for part in parts(joined) for row in part]
