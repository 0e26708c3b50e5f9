"""Signatures of callers that are no clients: who knows the secret has sent exactly this body, and only now."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from string import Formatter
from typing import Literal

from parsepy.cloud.endpoints.messages import HttpRequest

Algorithm = Literal["sha1", "sha256", "sha384", "sha512"]

ALGORITHMS: dict[Algorithm, int] = {"sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
"""How many bytes a signature has."""
TOLERANCE = timedelta(minutes=5)
MOST_CANDIDATES = 32
BODY, TIMESTAMP = "body", "timestamp"

_SEPARATORS = re.compile(r"[,\s]+")
_STANDARD = str.maketrans("-_", "+/")
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Signature:
    """A checked recipe: what is signed, with which secrets (any of them will do), and where the signature stands.

    `signed` is a sequence of literal bytes and names: `body`, `timestamp`, or a header. `timestamp_header` is empty if the
    time stands beside the signature as `t=...`.
    """

    secrets: tuple[bytes, ...] = field(repr=False)
    header: str
    algorithm: Algorithm
    signed: tuple[bytes | str, ...]
    timestamp_header: str
    tolerance: timedelta

    def refusal(self, request: HttpRequest, now: datetime) -> str | None:
        """Why the request is not to be believed, for the log; None if it is. Signatures are compared in constant time."""
        given = request.headers.get(self.header.lower())
        if not given:
            return f"the header {self.header} with the signature is missing"
        parts: list[bytes] = []
        for part in self.signed:
            found = part if isinstance(part, bytes) else self._part(part, request, given)
            if found is None:
                return f"what the signature covers is not all there: no {part!s}"
            parts.append(found)
        if not self._is_signed(b"".join(parts), given):
            return f"{self.header} holds no signature of this body with the secret"
        return self._refusal_of_time(request, given, now)

    def _part(self, name: str, request: HttpRequest, given: str) -> bytes | None:
        if name == BODY:
            return request.body
        found = self._timestamp(request, given) if name == TIMESTAMP else request.headers.get(name.lower())
        return None if found is None else found.encode(errors="replace")

    def _timestamp(self, request: HttpRequest, given: str) -> str | None:
        if self.timestamp_header:
            return request.headers.get(self.timestamp_header.lower())
        return next((token[2:] for token in _SEPARATORS.split(given) if token.startswith("t=")), None)

    def _is_signed(self, message: bytes, given: str) -> bool:
        candidates = list(islice(_candidates(given, ALGORITHMS[self.algorithm]), MOST_CANDIDATES))
        expected = [hmac.digest(secret, message, self.algorithm) for secret in self.secrets]
        return any(hmac.compare_digest(digest, shown) for digest in expected for shown in candidates)

    def _refusal_of_time(self, request: HttpRequest, given: str, now: datetime) -> str | None:
        if TIMESTAMP not in self.signed:
            return None
        stamp = self._timestamp(request, given) or ""
        if not _SECONDS.fullmatch(stamp):
            return "the time of the signature is no number of seconds"
        age = now - datetime.fromtimestamp(0, UTC) - timedelta(seconds=int(stamp))
        if abs(age) > self.tolerance:
            return f"the signature is {age.total_seconds():.0f} s old, more than {self.tolerance.total_seconds():g} s"
        return None


def hmac_signature(
    secret: str | bytes | Sequence[str | bytes],
    *,
    header: str = "X-Hub-Signature-256",
    algorithm: Algorithm = "sha256",
    tolerance: timedelta | float | None = None,
    timestamp_header: str | None = None,
    signed: str | None = None,
) -> Signature:
    """A rule for `verify=`: the body is signed with the secret, or with one of several while one replaces another.

    The signature stands in `header`, in hexadecimal or base64, with or without something like `sha256=` before it. With a
    `tolerance` (seconds), or a `timestamp_header`, the time is signed too and an old message is refused: by default after
    five minutes. The time is the `t=...` of the header unless `timestamp_header` names another. `signed` tells what is
    signed if it is not `{body}` or `{timestamp}.{body}`; other names in braces are headers.
    Raises ValueError for rules that protect nothing.
    """
    secrets = (secret,) if isinstance(secret, str | bytes) else tuple(secret)
    keys = tuple(each.encode() if isinstance(each, str) else each for each in secrets)
    if not keys or not all(keys):
        raise ValueError("the secret of a signature is empty")
    if algorithm not in ALGORITHMS:
        raise ValueError(f"signatures are made with {', '.join(ALGORITHMS)}, not with {algorithm}")
    is_timed = tolerance is not None or timestamp_header is not None
    parts = _parsed(signed or ("{timestamp}.{body}" if is_timed else "{body}"))
    if BODY not in parts:
        raise ValueError("a signature must cover the {body}")
    if is_timed and TIMESTAMP not in parts:
        raise ValueError("the {timestamp} must be signed, or else anybody can renew it")
    limit = TOLERANCE if tolerance is None else tolerance
    allowed = limit if isinstance(limit, timedelta) else timedelta(seconds=limit)
    if allowed <= timedelta():
        raise ValueError("the tolerance must be more than nothing: clocks differ, and messages take their time")
    return Signature(keys, header, algorithm, parts, timestamp_header or "", allowed)


def _parsed(template: str) -> tuple[bytes | str, ...]:
    """Literal bytes and names in their order. Raises ValueError for unbalanced or empty braces."""
    parts: list[bytes | str] = []
    for text, name, _, _ in Formatter().parse(template):
        if text:
            parts.append(text.encode())
        if name is not None:
            if not name:
                raise ValueError("braces in `signed` must hold a name: {body}, {timestamp} or a header")
            parts.append(name)
    return tuple(parts)


def _candidates(given: str, size: int) -> Iterator[bytes]:
    """What may be the signature: each part of the header, with and without the name before its `=`."""
    for token in _SEPARATORS.split(given):
        for text in (token, token.partition("=")[2]):
            found = _bytes(text.rstrip("="), size)
            if found is not None:
                yield found


def _bytes(text: str, size: int) -> bytes | None:
    """A signature of that many bytes, in hexadecimal or either base64 without padding."""
    try:
        if len(text) == 2 * size:
            return bytes.fromhex(text)
        if len(text) == (4 * size + 2) // 3:
            return base64.b64decode((text + "=" * (-len(text) % 4)).translate(_STANDARD), validate=True)
    except ValueError:
        return None
    return None
