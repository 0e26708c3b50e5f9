"""The apps of a process as requests meet them: chosen by application id, each with its keys and allow-list ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from parsepy.api.endpoints.table import Endpoints
from parsepy.api.envelope.keys import Keys
from parsepy.api.limits import RateLimits
from parsepy.api.router import Router
from parsepy.core.context import App
from parsepy.model.principal import Principal

Authenticate = Callable[[App, str, str | None], Awaitable[Principal]]


@dataclass(frozen=True, slots=True)
class Gate:
    """One app and what is needed to let requests in."""

    app: App
    keys: Keys
    limits: RateLimits
    public_url: str = ""
    endpoints: Endpoints = field(default_factory=lambda: Endpoints("", ()))

    @classmethod
    def of(cls, app: App) -> Gate:
        """The gate of an app, made from its settings and its cloud code."""
        settings = app.settings
        endpoints = Endpoints(settings.endpoints_path, app.cloud.endpoints)
        return cls(app, Keys(settings), RateLimits(app), (settings.public_server_url or "").rstrip("/"), endpoints)


@dataclass(frozen=True, slots=True)
class Door:
    """Where all requests come in. `authenticate` tells whom a session token stands for, or raises ParseError 209.

    `default` is the app that routes without an application id speak for. `endpoint_paths` are what the paths of all HTTP
    endpoints begin with, in lower case.
    """

    gates: Mapping[str, Gate]
    router: Router
    authenticate: Authenticate
    mount: str = "/parse"
    default: Gate = field(init=False)
    endpoint_paths: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Raises StopIteration if there is no app at all."""
        object.__setattr__(self, "default", next(iter(self.gates.values())))
        prefixes = {gate.endpoints.prefix for gate in self.gates.values() if gate.endpoints}
        object.__setattr__(self, "endpoint_paths", tuple(prefixes))

    def endpoint_gates(self, path: str) -> list[Gate]:
        """The apps whose endpoints stand where the path leads; it lies below the mount."""
        if not path.lower().startswith(self.endpoint_paths):
            return []
        return [gate for gate in self.gates.values() if gate.endpoints and gate.endpoints.covers(path)]

    def endpoint_methods(self, path: str) -> tuple[str, ...]:
        """The methods that endpoints serve on the path."""
        return tuple({method: None for gate in self.endpoint_gates(path) for method in gate.endpoints.methods(path)})
