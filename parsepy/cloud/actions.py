"""What cloud code may do with the app it runs in, and which app that is at the moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams

MAX_DEPTH = 50
"""How deep triggers may set off each other."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How one action is carried out: as the caller or with the master key, and the `context` its triggers get."""

    use_master_key: bool = False
    context: Mapping[str, Any] | None = None


class Actions(Protocol):
    """The app as cloud code sees it. Objects and fields are REST JSON; all of it raises ParseError."""

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[dict[str, Any]]:
        """The objects that match; `params.limit` None takes the server's default."""

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
