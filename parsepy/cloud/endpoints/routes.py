"""Endpoints as they are registered: methods and paths that can be, and which two would be the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from parsepy.cloud import hooks
from parsepy.cloud.endpoints.signatures import Signature
from parsepy.cloud.hooks import CloudError, Hook
from parsepy.cloud.validate import Names
from parsepy.cloud.validators.rates import RateRules

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_LITERAL = re.compile(r"[A-Za-z0-9._~-]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class RouteRules(TypedDict, total=False):
    """What `Cloud.route` asks of callers; see `Rules`. A `validator` is a function of the request that refuses by raising."""

    require_user: bool
    require_master: bool
    require_any_user_roles: Names
    require_all_user_roles: Names
    require_user_keys: Sequence[str] | Mapping[str, Mapping[str, Any]]
    validate_master_key: bool
    rate_limit: RateRules
    validator: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers a method on a path. With `streams` the body is not read before the function is called."""

    method: str
    path: str
    hook: Hook
    signature: Signature | None = None
    streams: bool = False

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        """Whether nothing is asked that a caller without the application id could not show."""
        rules = self.hook.validator
        if rules is None:
            return True
        asked = (rules.require_any_user_roles, rules.require_all_user_roles, rules.require_user_keys)
        return not (rules.require_user or rules.require_master or any(asked))

    @property
    def key(self) -> tuple[str, str]:
        """The same for two endpoints that the same requests would lead to."""
        shape = re.sub(r"/([:*])[^/]+", r"/\1", self.path)
        return self.method, shape.lower().rstrip("/")


def endpoint(
    method: str,
    path: str,
    function: Callable[..., Any],
    *,
    verify: Signature | None,
    stream: bool,
    rules: Mapping[str, Any],
) -> Endpoint:
    """An endpoint as it is registered. Raises CloudError for what the server could never run."""
    named = method.upper()
    if named not in METHODS:
        raise CloudError(f"an endpoint is registered for one of {', '.join(METHODS)}, not for {method}")
    _check_path(path)
    unknown = rules.keys() - RouteRules.__annotations__.keys()
    if unknown:
        raise CloudError(f"endpoint {named} {path}: {', '.join(sorted(unknown))} is not for endpoints")
    if stream and verify is not None:
        raise CloudError(f"endpoint {named} {path}: a signature covers the whole body, which a stream has not at hand")
    return Endpoint(named, path, hooks.hook(f"endpoint {named} {path}", function, rules), verify, stream)


def _check_path(path: str) -> None:
    """Raises CloudError for a path that is not made of names, `:parameters` and, at its end, `*the_rest`."""
    if not path.startswith("/"):
        raise CloudError(f"the path of an endpoint begins with /, and {path!r} does not")
    segments = path.split("/")[1:]
    if path == "/":
        return
    names = [segment[1:] for segment in segments if segment[:1] in {":", "*"}]
    literals = [segment for segment in segments if segment[:1] not in {":", "*"}]
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    wrong += [text for text in literals if not _LITERAL.fullmatch(text) or text in {".", ".."}]
    if wrong:
        raise CloudError(
            f"the path {path} of an endpoint cannot hold {wrong[0]!r}: names, :parameters, *rest at its end"
        )
    if len(set(names)) < len(names):
        raise CloudError(f"two parameters of the path {path} have the same name")
    if any(segment.startswith("*") for segment in segments[:-1]):
        raise CloudError(f"nothing can follow the *rest of the path {path}")
