"""What functions and triggers are given: the call, and the object or query that it is about."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parsepy.cloud.config import Config
from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query
from parsepy.cloud.sdk.user import User

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
    user: User | None = None
    installation_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ip: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    log: logging.Logger = LOG


@dataclass(slots=True)
class Reply:
    """How a function that succeeds is answered over HTTP, beside its result."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class FunctionRequest(CloudRequest):
    """A call of a cloud function. In `params` dates, files and pointers are Python values, all else is JSON.

    `reply` may be given another HTTP status and headers.
    """

    function_name: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    reply: Reply = field(default_factory=Reply)


@dataclass(slots=True, kw_only=True)
class JobRequest(CloudRequest):
    """A run of a job, with the rights of the server; `job_id` names its `_JobStatus`. `params` are as those of functions.

    `due` is when a schedule wanted the run to begin, in UTC: the first of several times that were missed; None if
    somebody started it.
    """

    job_name: str = ""
    job_id: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    tell: Callable[[str], Awaitable[None]] = field(repr=False)

    async def message(self, text: str) -> None:
        """Tell in the job's status how far it is."""
        await self.tell(text)


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


@dataclass(slots=True, kw_only=True)
class ConfigRequest(CloudRequest):
    """A change of the app's configuration: the parameters that are set, in afterSave all of them; `original` as they were."""

    object: Config
    original: Config | None = None
    trigger_name: str = ""


@dataclass(slots=True, kw_only=True)
class FileRequest(CloudRequest):
    """An upload, download or removal of `file`; `file_size` in bytes where it is known.

    Before a save `file.data` holds the bytes; changing the file, or returning another, changes what is stored, and one with
    a URL is answered as it is. Before a find another file or name may be given; after it the data may be changed,
    `force_download` set, and headers put into `response_headers`.
    """

    file: File
    file_size: int | None = None
    force_download: bool = False
    response_headers: dict[str, str] = field(default_factory=dict)
    trigger_name: str = ""


@dataclass(slots=True, kw_only=True)
class LoginRequest(CloudRequest):
    """A login of the user in `object`. In afterLogin he is the caller too: `user`."""

    object: ParseObject
    trigger_name: str = ""


@dataclass(slots=True, kw_only=True)
class LogoutRequest(CloudRequest):
    """The end of the session in `object`."""

    object: ParseObject
    trigger_name: str = ""


@dataclass(frozen=True, slots=True)
class LiveClient:
    """A client of live queries, as it introduced itself."""

    id: str
    session_token: str | None = None
    installation_id: str | None = None
    has_master_key: bool = False


@dataclass(slots=True, kw_only=True)
class ConnectRequest(CloudRequest):
    """A client that wants to connect. `clients` and `subscriptions` are how many this server has, without this one."""

    client: LiveClient
    event: str = "connect"
    clients: int = 0
    subscriptions: int = 0
    session_token: str | None = None


@dataclass(slots=True, kw_only=True)
class SubscribeRequest(CloudRequest):
    """A client that wants to follow `query`; `op` is `update` where it replaces its subscription of the same `request_id`.

    What counts of the query are its conditions and its keys, and beside it the fields to `watch` (None: all). They may be
    changed, and the client still gets nothing that it may not see.
    """

    query: Query[ParseObject]
    watch: list[str] | None = None
    op: str = "subscribe"
    request_id: float = 0
    session_token: str | None = None


@dataclass(slots=True, kw_only=True)
class LiveEventRequest(CloudRequest):
    """An event that one subscriber is about to be told: `create`, `enter`, `update`, `leave` or `delete`.

    `object` and `original` (None: there was none, or the subscriber may not see it) are whole; what he may not see is taken
    out afterwards. Changing them or `event` counts for him alone, and with `send_event` off he is told nothing.
    """

    event: str
    object: ParseObject
    original: ParseObject | None = None
    send_event: bool = True
    clients: int = 0
    subscriptions: int = 0
    session_token: str | None = None


@dataclass(slots=True, kw_only=True)
class LiveServerRequest(CloudRequest):
    """Something that happened at the live query server.

    `event` is `ws_connect`, `connect`, `subscribe`, `unsubscribe`, `ws_disconnect`, or `ws_disconnect_error` for a socket whose
    client never connected. `clients` and `subscriptions` are how many this server has now.
    """

    event: str
    clients: int = 0
    subscriptions: int = 0
    client: LiveClient | None = None
    session_token: str | None = None
    error: str | None = None
