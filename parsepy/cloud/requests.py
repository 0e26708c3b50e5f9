"""What functions and triggers are given: the call, and the object or query that it is about."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query

LOG = logging.getLogger("parsepy.cloud.user")


@dataclass(slots=True, kw_only=True)
class CloudRequest:
    """The call behind a function or trigger.

    `user` is who called (None: nobody is signed in), `master` says whether with the master key, `is_read_only` whether
    with the read-only one. `headers` have lower-case names. `context` is shared by the triggers of one call. `log`
    writes to the server's log.
    """

    master: bool = False
    is_read_only: bool = False
    user: ParseObject | None = None
    installation_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ip: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    log: logging.Logger = LOG


@dataclass(slots=True, kw_only=True)
class FunctionRequest(CloudRequest):
    """A call of a cloud function. In `params` dates, files and pointers are Python values, all else is JSON."""

    function_name: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SaveRequest(CloudRequest):
    """A save: `object` with the changes under way, `original` as it was stored (None: the object is new).

    A beforeSave trigger changes what is stored by changing `object`; in afterSave `object` is what was stored.
    """

    object: ParseObject
    original: ParseObject | None = None
    trigger_name: str = ""


@dataclass(slots=True, kw_only=True)
class DeleteRequest(CloudRequest):
    """A delete of `object`."""

    object: ParseObject
    trigger_name: str = ""


@dataclass(slots=True, kw_only=True)
class FindRequest(CloudRequest):
    """A find by `query`; `is_get` if one object is read by id, `count` if the number of all matches is asked for.

    `objects` are the results, in afterFind. The read preferences, set by beforeFind, are for databases that know them.
    """

    query: Query[ParseObject]
    is_get: bool = False
    count: bool = False
    objects: list[ParseObject] = field(default_factory=list)
    trigger_name: str = ""
    read_preference: str | None = None
    include_read_preference: str | None = None
    subquery_read_preference: str | None = None
