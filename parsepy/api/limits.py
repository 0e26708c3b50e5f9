"""Rate limits: which of them a request falls under, and refusing it when one of them is used up."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from parsepy.adapters.limits.base import Window
from parsepy.cloud.validators.rates import CloudLimit
from parsepy.core.context import App
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import regex
from parsepy.model.principal import Level, Principal
from parsepy.settings import client_of
from parsepy.settings.path_patterns import literal_start, regex_of

INTERNAL_ADDRESS = "127.0.0.1"
ZONES_OF_USERS = frozenset({"user", "session"})

Headers = dict[str, str]


class TooManyRequestsError(ParseError):
    """Answered with 429; `headers` tell when to come back."""

    def __init__(self, message: str, headers: Headers, *, detail: str) -> None:
        super().__init__(ErrorCode.CONNECTION_FAILED, message, detail=detail)
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is counted: the client's address and, as far as he is known, who he is."""

    ip: str
    principal: Principal

    def key(self, zone: str) -> str:
        """What tells him from others in the zone. A token that is nobody's counts as none, or every guess would be free."""
        principal = self.principal
        if zone == "global":
            return ""
        if zone == "user" and principal.user_id:
            return f"user {principal.user_id}"
        is_known = principal.user_id or principal.level is not Level.USER
        if zone == "session" and is_known and principal.session_token:
            return f"session {principal.session_token}"
        return f"ip {client_of(self.ip)}"


class Rate:
    """One limit; `index` is its place among all of the app."""

    def __init__(self, made: CloudLimit, index: int) -> None:
        self.name = made.name
        self.limit = made.limit
        self.downloads = made.downloads
        self.index = index
        self.seconds = (made.limit.request_time_window or 0) / 1000
        self.count = made.limit.request_count or 0

    @property
    def asks_for_user(self) -> bool:
        """Whether it counts differently for those who are signed in."""
        return self.limit.zone in ZONES_OF_USERS

    def counts(self, methods: Sequence[str]) -> bool:
        """Whether requests by one of the methods count; with the master key's included all do, as in Parse Server."""
        chosen = self.limit.request_methods
        if not chosen or self.limit.include_master_key:
            return True
        if isinstance(chosen, re.Pattern):
            return any(chosen.search(method) for method in methods)
        return any(method in chosen for method in methods)

    def exempts(self, principal: Principal, ip: str) -> bool:
        """Whether the caller is not counted."""
        if not self.limit.include_internal_requests and client_of(ip) == INTERNAL_ADDRESS:
            return True
        return principal.is_master and not self.limit.include_master_key


class RateLimits:
    """The limits of an app, by its settings and its cloud code; false if it has none."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._revision = -1
        self._plain: dict[str, list[Rate]] = {}
        self._patterned: list[tuple[str, regex.Matcher, Rate]] = []

    def __bool__(self) -> bool:
        # Scripts may register something at any time.
        if self._revision != self._app.cloud.revision:
            self._register_all()
        return bool(self._plain or self._patterned)

    def on(self, method: str, path: str, *, in_batch: bool = False, download: bool = False) -> list[Rate]:
        """The limits that a request falls under; `path` lies below the mount, percent-encoded.

        An entry of a batch counts as a POST as well as by its own method.
        """
        sent = "GET" if method == "HEAD" else method
        methods = (sent, "POST") if in_batch else (sent,)
        found = self._under(path)
        if "%" in path:
            # The route decodes its path, so that every spelling of it leads there.
            found += self._under(unquote(path))
        counted = {rate.index: rate for rate in found if (rate.downloads or not download) and rate.counts(methods)}
        return [counted[index] for index in sorted(counted)]

    async def take(self, rates: Iterable[Rate], caller: Caller) -> Headers:
        """Count the request under each of the limits; headers that tell how many the last of them leaves.

        Raises TooManyRequestsError with the text of the first that is used up.
        """
        headers: Headers = {}
        used_up: Rate | None = None
        for rate in rates:
            if rate.exempts(caller.principal, caller.ip):
                continue
            window = await self._app.limits.take(rate.name, caller.key(rate.limit.zone), rate.seconds)
            headers |= _told(rate, window)
            if window.used > rate.count:
                headers["Retry-After"] = str(math.ceil((window.ends - self._app.now()).total_seconds()))
                used_up = used_up or rate
        if used_up is not None:
            raise TooManyRequestsError(used_up.limit.error_response_message, headers, detail=_reason(used_up))
        return headers

    def _under(self, path: str) -> list[Rate]:
        folded = path.lower()
        found = [*self._plain.get(folded.removesuffix("/"), ())]
        for start, matches, rate in self._patterned:
            if folded.startswith(start) and matches(path):
                found.append(rate)
        return found

    def _register_all(self) -> None:
        """Those of the settings first, then those of cloud code."""
        settings, cloud = self._app.settings, self._app.cloud
        self._revision, self._plain, self._patterned = cloud.revision, {}, []
        named = enumerate(settings.rate_limit)
        own = [CloudLimit(f"rateLimit[{index}]", (limit.request_path or "/",), limit) for index, limit in named]
        for index, made in enumerate((*own, *cloud.limits(settings.endpoints_path))):
            for path in made.paths:
                self._register(path, Rate(made, index))

    def _register(self, path: str, rate: Rate) -> None:
        start, is_whole = literal_start(path)
        if is_whole:
            self._plain.setdefault(start.lower().removesuffix("/"), []).append(rate)
        else:
            self._patterned.append((start.lower(), regex.matcher(regex_of(path), "i"), rate))


def _told(rate: Rate, window: Window) -> Headers:
    return {
        "X-RateLimit-Limit": str(rate.count),
        "X-RateLimit-Remaining": str(max(0, rate.count - window.used)),
        "X-RateLimit-Reset": str(math.ceil(window.ends.timestamp())),
    }


def _reason(rate: Rate) -> str:
    return f"{rate.name} allows {rate.count} requests in {rate.seconds:g} seconds to one {rate.limit.zone}"
