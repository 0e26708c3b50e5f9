"""The address of a PostgreSQL database: its query parameters, as Parse Server has them, in the driver's terms."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from parsepy.adapters.storage.base import StorageError

log = logging.getLogger(__name__)

POOL_SIZE = 10
"""Connections at the same time, unless the address says something else."""

_REFUSED = {
    "pfx": "give the certificate and key as PEM files with cert and key",
    "secureOptions": "it has no meaning here; choose protocols in the server's settings",
}
_WITHOUT_EFFECT = frozenset({"binary"})
_TLS_FILES = frozenset({"ca", "cert", "key", "passphrase", "rejectUnauthorized"})
Mode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
Encryption = ssl.SSLContext | Mode

_SSL_MODES: Mapping[str, Mode] = {
    "disable": "disable",
    "allow": "allow",
    "prefer": "prefer",
    "require": "require",
    "verify-ca": "verify-ca",
    "verify-full": "verify-full",
}
_KNOWN = {
    *_REFUSED,
    *_WITHOUT_EFFECT,
    *_TLS_FILES,
    "ssl",
    "sslmode",
    "client_encoding",
    "application_name",
    "fallback_application_name",
    "poolSize",
    "max",
    "query_timeout",
    "idleTimeoutMillis",
    "keepAlive",
}


@dataclass(frozen=True)
class Address:
    """Where the database is and how to speak to it. `dsn` is without query parameters; it may hold a password.

    `encryption` is what the driver takes as `ssl`; times are in seconds.
    """

    dsn: str = field(repr=False)
    encryption: Encryption | None = None
    application_name: str = "parsepy"
    pool_size: int = POOL_SIZE
    idle_seconds: float | None = None
    query_seconds: float | None = None
    keep_alive: bool = False

    @property
    def place(self) -> str:
        """Host and port, as the address has them."""
        return urlsplit(self.dsn).netloc.rpartition("@")[2]


def parse_address(uri: str) -> Address:
    """Read an address. Raises StorageError for a parameter without a sensible effect; its text never shows the address."""
    try:
        parts = urlsplit(uri)
        given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as exc:
        raise StorageError("the address of the database is malformed") from exc
    for name in given.keys() & _REFUSED.keys():
        raise StorageError(f"the parameter {name} of the database address is not supported: {_REFUSED[name]}")
    for name in given.keys() - _KNOWN:
        log.warning("The parameter %s of the database address has no effect", name)
    _check_encoding(given.get("client_encoding"))
    milliseconds = _number(given, "query_timeout"), _number(given, "idleTimeoutMillis")
    query_seconds, idle_seconds = (value / 1000 if value else None for value in milliseconds)
    return Address(
        urlunsplit(("postgresql", parts.netloc, parts.path, "", "")),
        _encryption(given),
        given.get("application_name") or given.get("fallback_application_name") or "parsepy",
        _number(given, "max") or _number(given, "poolSize") or POOL_SIZE,
        idle_seconds,
        query_seconds,
        keep_alive=_is_true(given.get("keepAlive")),
    )


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() == "true"


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit():
        raise StorageError(f"the parameter {name} of the database address must be a whole number")
    return int(text)


def _check_encoding(name: str | None) -> None:
    if name is not None and name.lower().replace("-", "") not in {"utf8", "unicode"}:
        raise StorageError("the parameter client_encoding of the database address must be UTF8")


def _encryption(given: Mapping[str, str]) -> Encryption | None:
    mode = given.get("sslmode")
    if mode is not None and mode not in _SSL_MODES:
        raise StorageError(
            f"the parameter sslmode of the database address must be one of {', '.join(sorted(_SSL_MODES))}"
        )
    if _TLS_FILES & given.keys():
        return _context(given)
    if "ssl" not in given:
        return _SSL_MODES[mode] if mode is not None else None
    return ssl.create_default_context() if _is_true(given["ssl"]) else "disable"


def _context(given: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=given.get("ca"))
        if "cert" in given:
            context.load_cert_chain(given["cert"], given.get("key"), given.get("passphrase"))
    except (OSError, ValueError) as exc:
        raise StorageError("the certificate files that the database address names cannot be read") from exc
    if given.get("rejectUnauthorized", "true").lower() != "true":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
