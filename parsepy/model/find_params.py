"""What a client asked to find, before its `where` is parsed: the form that beforeFind triggers see and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.record import record

READ_PREFERENCES = frozenset({"PRIMARY", "PRIMARY_PREFERRED", "SECONDARY", "SECONDARY_PREFERRED", "NEAREST"})


@record(frozen=True, slots=True)
class FindParams:
    """The parameters of a find (contract: `GET /classes/:c`). `where` is the client's JSON; paths are dotted field names.

    `limit` None is no bound (the edge puts the server's default in); `keys` None is all fields.
    Read preferences are as `read_preference` gives them.
    `include` holds paths (`a.b`), `*` is every pointer.
    `is_get` marks the read of one object by id, `is_include` a find of objects to include: it needs the right to get them.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    skip: int = 0
    order: tuple[str, ...] = ()
    keys: tuple[str, ...] | None = None
    exclude_keys: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    count: bool = False
    redirect_key: str | None = None
    explain: Any = None
    hint: Any = None
    comment: str | None = None
    read_preference: str | None = None
    include_read_preference: str | None = None
    subquery_read_preference: str | None = None
    is_get: bool = False
    is_include: bool = False


def read_preference(value: Any) -> str | None:
    """Which servers are read from, in capitals; what is no text counts as not given. Raises ParseError 102."""
    if not isinstance(value, str):
        return None
    if value.upper() not in READ_PREFERENCES:
        raise ParseError(ErrorCode.INVALID_QUERY, "Not supported read preference.")
    return value.upper()
