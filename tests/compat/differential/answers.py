"""An HTTP answer as a client sees it, and the record of it that goes into a transcript."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

# A body longer than this stands in the transcript as its size and digest.
LONGEST_TEXT = 20_000

READ_BY_CLIENTS = (
    "content-type",
    "location",
    "retry-after",
    "x-content-type-options",
    "content-disposition",
    "content-range",
    "accept-ranges",
    "www-authenticate",
)
READ_PREFIXES = ("access-control-", "x-parse-", "x-ratelimit-", "ratelimit")

DEFAULT_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,PUT,POST,DELETE,OPTIONS",
    "access-control-allow-headers": (
        "X-Parse-Master-Key, X-Parse-REST-API-Key, X-Parse-Javascript-Key, X-Parse-Application-Id, "
        "X-Parse-Client-Version, X-Parse-Session-Token, X-Requested-With, X-Parse-Revocable-Session, "
        "X-Parse-Request-Id, Content-Type, Pragma, Cache-Control"
    ),
    "access-control-expose-headers": "X-Parse-Job-Status-Id, X-Parse-Push-Status-Id",
}

OWN_EXPOSED = ", X-Parsepy-Error-Id"
"""What our answers to unexpected errors expose besides; see docs/cloud/isolation.md."""


@dataclass(frozen=True)
class Answer:
    """One answer. `body` is the decoded JSON of a JSON answer, else the text."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def __getitem__(self, key: str) -> Any:
        """A field of the answered object; an error that shows the whole answer if it is not there."""
        if not isinstance(self.body, dict) or key not in self.body:
            raise LookupError(f"the answer has no {key!r}: {self.status} {self.body!r}")
        return self.body[key]

    @property
    def id(self) -> str:
        """The answered `objectId`."""
        return str(self["objectId"])

    @property
    def token(self) -> str:
        """The answered `sessionToken`."""
        return str(self["sessionToken"])


def decode(raw: bytes, content_type: str) -> Any:
    """The body for `Answer`: JSON if it says so and is, else text, else a description of the bytes."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _described(raw)
    if "json" in content_type:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def record_of(answer: Answer) -> Record:
    """The part of an answer that is compared."""
    record: Record = {"status": answer.status, "headers": read_headers(answer.headers)}
    if answer.body != "":
        long = isinstance(answer.body, str) and len(answer.body) > LONGEST_TEXT
        record["body"] = _described(answer.body.encode()) if long else answer.body
    return record


def read_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that clients read, lower-cased.

    The usual four CORS headers stand as one `cors: default`; of an ETag only its kind counts, since it is a hash of
    a body with ids in it.
    """
    lower = {key.lower(): value.removesuffix(OWN_EXPOSED) for key, value in headers.items()}
    read = {key: value for key, value in lower.items() if key in READ_BY_CLIENTS or key.startswith(READ_PREFIXES)}
    cors = {key: value for key, value in read.items() if key.startswith("access-control-")}
    if cors == DEFAULT_CORS:
        read = {"cors": "default", **{key: value for key, value in read.items() if key not in cors}}
    if "etag" in lower:
        read["etag"] = "weak" if lower["etag"].startswith("W/") else "strong"
    return dict(sorted(read.items()))


def described_request(body: Any) -> Any:
    """A request body for the transcript; long ones as size and digest."""
    raw = body if isinstance(body, bytes) else None
    if raw is not None:
        try:
            body = raw.decode()
        except UnicodeDecodeError:
            return _described(raw)
    text = body if isinstance(body, str) else json.dumps(body)
    return _described(text.encode()) if len(text) > 2_000 else body


def _described(raw: bytes) -> str:
    return f"<{len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()[:16]}>"
