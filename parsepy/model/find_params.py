"""What a client asked to find, before its `where` is parsed: the form that beforeFind triggers see and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FindParams:
    """The parameters of a find (contract: `GET /classes/:c`). `where` is the client's JSON; paths are dotted field names.

    `limit` None is no bound (the edge puts the server's default in); `keys` None is all fields.
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
