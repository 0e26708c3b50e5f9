"""Bodies of requests: JSON whatever the content type says, forms, and multipart forms for functions."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage, MIMEPart
from typing import Any, Protocol

import orjson

from parsepy.api.envelope import query_string
from parsepy.api.refusals import RefusalError, too_large
from parsepy.errors import ErrorCode, ParseError

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
ENCODINGS = frozenset({"", "identity", "gzip", "deflate", "br"})
FORM_LIMIT = 100 << 10
_BLANK = b" \t\r\n"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Body(Protocol):
    """The bytes of a request, not read yet. `length` is what the client announced."""

    length: int | None

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes as they arrive, decompressed."""


def check_encoding(encoding: str) -> None:
    """Raises RefusalError 415 for a `Content-Encoding` that cannot be taken off."""
    if encoding.lower() not in ENCODINGS:
        raise RefusalError(415, f'unsupported content encoding "{encoding.lower()}"')


def limit(max_upload_size: int, content_type: str) -> int:
    """How many bytes a body of this type may have; forms have a limit of their own."""
    return FORM_LIMIT if content_type[:33].lower() == FORM else max_upload_size


async def read(body: Body, limit: int) -> bytes:
    """All bytes. Raises RefusalError 413 as soon as there are more than `limit`."""
    if body.length is not None and body.length > limit:
        raise too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in body.chunks():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_whole(body: Body, max_upload_size: int, content_type: str) -> bytes:
    """All bytes of a body of this type. Raises RefusalError 413 if there are too many, ParseError 116 for a multipart form."""
    try:
        return await read(body, limit(max_upload_size, content_type))
    except RefusalError as exc:
        if exc.status == 413 and _is_multipart(content_type):
            text = "Multipart request exceeds maximum upload size."
            raise ParseError(ErrorCode.OBJECT_TOO_LARGE, text, detail=exc.detail) from exc
        raise


def parsed(content: bytes, content_type: str) -> Any:
    """The value of a body; `{}` if it is empty. Raises RefusalError 400 for bad JSON, 415 for an unknown charset."""
    if not content:
        return {}
    if content_type[:33].lower().startswith((FORM, MULTIPART)):
        return form(content, content_type)
    return from_json(_utf8(content, content_type))


def form(content: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a form of either kind. Raises ParseError 107 for a multipart form without boundary or end."""
    if _is_multipart(content_type):
        return _multipart(content, content_type)
    return query_string.parse_form(content.decode(errors="replace"))


def _is_multipart(content_type: str) -> bool:
    return content_type[:33].lower().startswith(MULTIPART)


def from_json(content: bytes) -> Any:
    """The object or array that the bytes hold. Raises RefusalError 400."""
    stripped = content.lstrip(_BLANK) if content[:1] in {b" ", b"\t", b"\r", b"\n"} else content
    if stripped[:1] not in {b"{", b"["}:
        raise RefusalError(400, "Invalid JSON: the body must be an object or an array")
    try:
        return orjson.loads(stripped)
    except orjson.JSONDecodeError as exc:
        problem = exc
    try:
        return _with_broken_text(stripped)
    except (ValueError, RecursionError):
        refusal = f"Invalid JSON: {problem.msg} at line {problem.lineno} column {problem.colno}"
        raise RefusalError(400, refusal) from problem


def _with_broken_text(content: bytes) -> Any:
    """JSON whose texts hold what no UTF-8 can: it becomes U+FFFD, as in JavaScript. Raises ValueError."""
    text = content.decode(errors="replace")
    if "\ufffd" not in text and "\\u" not in text:
        raise ValueError("the texts are not what is wrong")
    value = json.loads(text, parse_constant=_refused_constant)
    return orjson.loads(_LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)))


def _refused_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _utf8(content: bytes, content_type: str) -> bytes:
    _, found, charset = content_type.lower().partition("charset=")
    charset = charset.split(";")[0].strip(' "')
    if not found or charset in {"utf-8", "utf8", ""}:
        return content
    if charset not in {"utf-16", "utf-16le", "utf-16be", "utf-32", "us-ascii"}:
        raise RefusalError(415, f'unsupported charset "{charset.upper()}"')
    try:
        return content.decode(charset).encode()
    except UnicodeError as exc:
        raise RefusalError(400, f"Invalid JSON: the body is not {charset}") from exc


def _multipart(content: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a multipart form; a file becomes `{filename, contentType, data}` with its bytes.

    Raises ParseError 107 for a form without boundary or end.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode(errors="replace")
    form = email.message_from_bytes(head + content, _class=EmailMessage, policy=email.policy.HTTP)
    if form.get_boundary() is None:
        raise _broken_form("Multipart: Boundary not found")
    if form.defects:
        raise _broken_form("Unexpected end of multipart data")
    fields: dict[str, Any] = {}
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            fields[name] = _part(part)
    return fields


def _broken_form(problem: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, f"Invalid multipart request: {problem}")


def _part(part: MIMEPart) -> Any:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    filename = part.get_filename()
    if filename is None:
        return content.decode(errors="replace")
    return {"filename": filename, "contentType": part.get_content_type(), "data": content}
