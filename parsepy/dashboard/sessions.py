"""Sessions of the dashboard's users: signed cookies, so that every process knows them, also after a restart."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from cachetools import TTLCache

from parsepy.dashboard.config import Dashboard, DashboardUser
from parsepy.dashboard.news import News

COOKIE = "parse_dash"
LONGEST_SECONDS = 7 * 86_400.0
"""How long a session is good for that ends with the browser: browsers that restore their windows never end it."""
MOST_ENDED = 10_000
SCRYPT_COST = 1 << 14
SALT = b"sessions of parsepy's dashboard"


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's session. `user` is empty before the log-in; `seal` stands for what was configured for that user then.

    `csrf` must come back with what the pages post, and `flash` is what the log-in page says once. `begin` is in seconds.
    """

    id: str
    csrf: str
    begin: float
    user: str = ""
    seal: str = ""
    flash: Mapping[str, Any] | None = None


class Sessions:
    """Begins, recognises and ends sessions. `key` signs them."""

    def __init__(self, dashboard: Dashboard, key: bytes, *, now: Callable[[], float], news: News) -> None:
        self._path = dashboard.mount
        self._users = {user.name: user for user in dashboard.users}
        self._max_age = dashboard.session_seconds
        self._lifetime = dashboard.session_seconds or LONGEST_SECONDS
        self._now = now
        self._news = news
        self._key = key
        self._channel = f"dashboard-ended-{self._key.hex()[:16]}"
        self._ended: TTLCache[str, bool] = TTLCache(MOST_ENDED, self._lifetime, timer=now)
        news.subscribe(self._channel, self._heard)

    def of(self, headers: Mapping[str, str]) -> Session | None:
        """The session whose cookie came along, if it is genuine, young enough and not ended."""
        return next(filter(None, map(self._read, _cookies(headers.get("Cookie", "")))), None)

    def user_of(self, session: Session | None) -> DashboardUser | None:
        """Who is logged in; nobody any more once the password or the one-time codes were configured anew."""
        user = self._users.get(session.user) if session is not None and session.user else None
        if user is None or session is None:
            return None
        return user if hmac.compare_digest(session.seal, self._seal(user)) else None

    def begin(self, user: DashboardUser | None = None) -> Session:
        """A new session, with an id that nobody could know before."""
        session = Session(secrets.token_urlsafe(16), secrets.token_hex(32), self._now())
        return session if user is None else replace(session, user=user.name, seal=self._seal(user))

    def end(self, session: Session) -> None:
        """Know the session no more, in all processes that run now."""
        self._news.publish(self._channel, session.id.encode())

    def cookie(self, session: Session, *, is_secure: bool) -> str:
        """The value of Set-Cookie that makes the browser keep it."""
        payload = _encoded(json.dumps(asdict(session), separators=(",", ":")).encode())
        parts = [f"{COOKIE}={payload}.{self._signature(payload)}", f"Path={self._path}", "HttpOnly", "SameSite=Lax"]
        if self._max_age is not None:
            parts.append(f"Max-Age={max(0, int(session.begin + self._max_age - self._now()))}")
        return "; ".join([*parts, "Secure"] if is_secure else parts)

    def _read(self, value: str) -> Session | None:
        payload, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(payload).encode()):
            return None
        try:
            session = Session(**json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
        except (binascii.Error, ValueError, TypeError):
            return None
        is_over = self._now() >= session.begin + self._lifetime or session.id in self._ended
        return None if is_over else session

    def _signature(self, payload: str) -> str:
        return _encoded(hmac.digest(self._key, payload.encode("utf-8", "replace"), hashlib.sha256))

    def _seal(self, user: DashboardUser) -> str:
        configured = json.dumps([user.name, user.password, user.mfa.secret if user.mfa else ""])
        return hmac.digest(self._key, configured.encode(), hashlib.sha256).hex()[:32]

    def _heard(self, message: bytes) -> None:
        self._ended[message.decode(errors="replace")] = True


def signing_key(dashboard: Dashboard) -> bytes:
    """What signs the cookies, the same in all processes with this configuration.

    It is made slowly: every visitor gets a signed text, by which a short secret could be guessed.
    """
    keys = [[app.app_id, app.master_key] for app in dashboard.apps]
    secret = dashboard.cookie_secret or json.dumps(keys).encode()
    return hashlib.scrypt(secret, salt=SALT, n=SCRYPT_COST, r=8, p=1, dklen=32)


def _cookies(header: str) -> Iterator[str]:
    """All values of our name: a browser sends those of other paths too."""
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            yield value


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
