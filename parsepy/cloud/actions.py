"""What cloud code may do with the app it runs in, and which app that is at the moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypedDict

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams

MAX_DEPTH = 50
"""How deep triggers may set off each other."""


class Rights(TypedDict, total=False):
    """Who a call of the SDK acts as: the master key, the owner of a session, else the caller."""

    use_master_key: bool
    session_token: str | None


class Options(Rights, total=False):
    """How a call of the SDK acts; `context` is what the triggers that it sets off find in `request.context`."""

    context: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class CallOptions:
    """The `Options` of one action; the master key goes before a session."""

    use_master_key: bool = False
    context: Mapping[str, Any] | None = None
    session_token: str | None = None


class Accounts(Protocol):
    """Users and their sessions as cloud code sees them. Users are REST JSON; all of it raises ParseError."""

    def caller(self) -> dict[str, Any] | None:
        """The user who called, with his session's token; None if nobody is signed in."""

    async def log_in(self, given: Mapping[str, Any], options: CallOptions) -> dict[str, Any]:
        """Open a session by name and password; the user with its token."""

    async def log_in_with(self, auth_data: Mapping[str, Any], options: CallOptions) -> dict[str, Any]:
        """The user whom another service knows by this data; a new one if there is none."""

    async def log_in_as(self, user_id: str) -> dict[str, Any]:
        """Open a session of any user, with the rights of the server."""

    async def verify_password(self, given: Mapping[str, Any], options: CallOptions) -> dict[str, Any]:
        """The user of a name and password, without a session."""

    async def me(self, options: CallOptions) -> dict[str, Any]:
        """The owner of the session that the options name, or the caller, with the token."""

    async def session(self, options: CallOptions) -> dict[str, Any]:
        """The session that the options name, or the caller's."""

    async def log_out(self, options: CallOptions) -> None:
        """End the session that the options name, or the caller's."""


class Actions(Protocol):
    """The app as cloud code sees it. Objects and fields are REST JSON; all of it raises ParseError."""

    @property
    def accounts(self) -> Accounts:
        """Users and sessions."""

    @property
    def is_in_transaction(self) -> bool:
        """Whether what is done now is kept or undone with all else that the call does."""

    def transaction(self) -> AbstractAsyncContextManager[Actions]:
        """Actions that take effect together; inside a transaction they belong to that one."""

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[dict[str, Any]]:
        """The objects that match; `params.limit` None takes the server's default. A redirect tells their `className`."""

    async def find_with_count(
        self, class_name: str, params: FindParams, options: CallOptions
    ) -> tuple[list[dict[str, Any]], int]:
        """The objects that match, and how many there are whatever the limit."""

    async def explain(self, class_name: str, params: FindParams, options: CallOptions) -> Any:
        """How the database finds what matches, in its own words."""

    async def count(self, class_name: str, params: FindParams, options: CallOptions) -> int:
        """How many objects match."""

    async def aggregate(
        self, class_name: str, stages: Sequence[Mapping[str, Any]], params: FindParams
    ) -> list[dict[str, Any]]:
        """The rows that a pipeline makes, with the rights of the server; hint, comment and the like are in `params`."""

    async def distinct(self, class_name: str, path: str, where: Mapping[str, Any]) -> list[Any]:
        """The different values at a path, with the rights of the server."""

    async def get(self, class_name: str, object_id: str, params: FindParams, options: CallOptions) -> dict[str, Any]:
        """One object by id. Raises ParseError 101."""

    async def save(
        self, class_name: str, object_id: str | None, fields: Mapping[str, Any], options: CallOptions
    ) -> dict[str, Any]:
        """Create (no id) or update an object from values and `__op`s; gives what a client would be answered."""

    async def delete(self, class_name: str, object_id: str, options: CallOptions) -> None:
        """Delete one object."""

    async def run(self, name: str, params: Mapping[str, Any], options: CallOptions) -> Any:
        """Call a cloud function; gives its result as REST JSON."""

    async def start_job(self, name: str, params: Mapping[str, Any]) -> str:
        """Begin a job with the rights of the server; the id of its status."""

    async def jobs(self) -> dict[str, list[str]]:
        """The names of all `jobs`, and of those that are scheduled: `in_use`."""

    async def save_file(
        self, name: str, data: bytes, content_type: str | None, details: Mapping[str, Any], options: CallOptions
    ) -> dict[str, str]:
        """Store a file: its `name` and `url`. `details` may hold `metadata`, `tags` and `directory`."""

    async def read_file(self, name: str, options: CallOptions) -> bytes:
        """The bytes of a stored file."""

    async def delete_file(self, name: str) -> None:
        """Remove a stored file, with the rights of the server."""

    async def config(self, options: CallOptions) -> dict[str, Any]:
        """The parameters of the app's configuration that may be seen, as REST JSON."""

    async def send_email(self, fields: Mapping[str, Any]) -> None:
        """Send the mail of `{to, subject, text, html, from}`."""

    async def save_config(self, params: Mapping[str, Any], master_key_only: Mapping[str, bool]) -> None:
        """Set some parameters of the configuration, with the rights of the server."""


@dataclass(frozen=True, slots=True)
class _Running:
    actions: Actions | None
    depth: int


_running: ContextVar[_Running | None] = ContextVar("parsepy_cloud_call", default=None)


def current() -> Actions:
    """The actions of the running call. Raises RuntimeError outside of one."""
    running = _running.get()
    if running is None or running.actions is None:
        raise RuntimeError("objects and queries reach the database only while a cloud function or trigger runs")
    return running.actions


@contextmanager
def acting(actions: Actions | None) -> Iterator[None]:
    """Let the code of the block act through `actions`. Raises ParseError 141 if calls are nested too deep."""
    outer = _running.get()
    depth = outer.depth + 1 if outer else 1
    if depth > MAX_DEPTH:
        raise ParseError(ErrorCode.SCRIPT_FAILED, f"Cloud code set off itself more than {MAX_DEPTH} times.")
    token = _running.set(_Running(actions, depth))
    try:
        yield
    finally:
        _running.reset(token)


@contextmanager
def through(actions: Actions) -> Iterator[None]:
    """Let the running call go on through other actions."""
    outer = _running.get() or _Running(None, 1)
    token = _running.set(replace(outer, actions=actions))
    try:
        yield
    finally:
        _running.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Let tasks that begin in the block belong to no call: they outlive it."""
    token = _running.set(None)
    try:
        yield
    finally:
        _running.reset(token)
