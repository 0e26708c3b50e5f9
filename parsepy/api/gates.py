"""The apps of a process as requests meet them: chosen by application id, each with its keys and allow-list ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from parsepy.api.envelope.keys import Keys
from parsepy.api.router import Router
from parsepy.core.context import App
from parsepy.model.principal import Principal

Authenticate = Callable[[App, str, str | None], Awaitable[Principal]]


@dataclass(frozen=True, slots=True)
class Gate:
    """One app and what is needed to let requests in."""

    app: App
    keys: Keys
    public_url: str = ""

    @classmethod
    def of(cls, app: App) -> Gate:
        """The gate of an app, made from its settings."""
        return cls(app, Keys(app.settings), (app.settings.public_server_url or "").rstrip("/"))


@dataclass(frozen=True, slots=True)
class Door:
    """Where all requests come in. `authenticate` tells whom a session token stands for, or raises ParseError 209.

    `default` is the app that routes without an application id speak for.
    """

    gates: Mapping[str, Gate]
    router: Router
    authenticate: Authenticate
    mount: str = "/parse"
    default: Gate = field(init=False)

    def __post_init__(self) -> None:
        """Raises StopIteration if there is no app at all."""
        object.__setattr__(self, "default", next(iter(self.gates.values())))
