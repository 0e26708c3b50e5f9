"""Values as jsonb keeps them: PostgreSQL sorts the keys of objects, so equality there knows no order of fields."""

from __future__ import annotations

from typing import Any

import orjson

from parsepy.adapters.storage.base import InvalidQueryError


def in_stored_order(value: Any) -> Any:
    """The value with the keys of all its objects in the order in which jsonb gives them back: shorter first, then bytes.

    What is compared with values out of jsonb columns (`match`, `apply_ops`, AddUnique, Remove) must pass through here.
    """
    if isinstance(value, dict):
        return {name: in_stored_order(value[name]) for name in sorted(value, key=_rank)}
    return [in_stored_order(item) for item in value] if isinstance(value, list | tuple) else value


def _rank(name: str) -> tuple[int, bytes]:
    written = name.encode(errors="surrogatepass")
    return len(written), written


def json_argument(value: Any) -> str | None:
    """The JSON text of a value; None if no jsonb can hold it. Raises InvalidQueryError for what is no Unicode text."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError as exc:
        raise InvalidQueryError("the query has values that cannot be stored") from exc
    return None if "\\u0000" in text and _holds_nul(value) else text


def text_argument(value: str) -> str | None:
    """A text as an argument; None if no column can hold it. Raises InvalidQueryError for what is no Unicode text."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            raise InvalidQueryError("the query has values that cannot be stored") from exc
    return None if "\0" in value else value


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any("\0" in name or _holds_nul(inner) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value
