"""Takes secrets out of lines, whoever wrote them there: the server's own keys, session tokens, values called passwords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from parsepy.logs.forms import Redact
from parsepy.settings import Settings
from parsepy.settings.options import Options, options_of

HIDDEN = "[secret]"
SHORTEST = 8
"""Shorter keys are words that would be missed elsewhere; nobody should have one."""

LEAST = 4
"""Texts of a request that are shorter are not looked for."""

_NAMES = ("password", "token", "secret", "key", "authdata", "auth_data")
_TELLING = ("pass", "secret", "token", "key")
_TOKEN = re.compile(r"\br:[0-9a-fA-F]{32}")
_PASSWORD = re.compile(
    r"""(\w*password\w*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"'}\]]+)""", re.IGNORECASE
)


def redaction(apps: Iterable[Settings]) -> Redact:
    """What takes out of a text the secrets of these apps and whatever looks like one."""
    known = {secret for settings in apps for secret in secrets_in(settings) if len(secret) >= SHORTEST}
    ordered = tuple(sorted(known, key=len, reverse=True))

    def redact(text: str) -> str:
        for secret in ordered:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        if "r:" in text:
            text = _TOKEN.sub(HIDDEN, text)
        if "assword" in text or "ASSWORD" in text:
            text = _PASSWORD.sub(_without_value, text)
        return text

    return redact


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets; those of fewer than `LEAST` characters stay."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= LEAST:
            text = text.replace(secret, HIDDEN)
    return text


def named_secrets(value: Any) -> Iterator[str]:
    """Texts at any depth of what a client sent that stand under a telling name, such as `password`."""
    waiting: list[tuple[Any, bool]] = [(value, False)]
    while waiting:
        current, is_secret = waiting.pop()
        match current:
            case str():
                if is_secret:
                    yield current
            case dict():
                waiting.extend((inner, is_secret or _is_telling(name)) for name, inner in current.items())
            case list():
                waiting.extend((inner, is_secret) for inner in current)


def _is_telling(name: str) -> bool:
    folded = name.lower()
    return any(part in folded for part in _NAMES)


def _without_value(found: re.Match[str]) -> str:
    quote = found[2][0] if found[2][0] in "\"'" else ""
    return f"{found[1]}{quote}{HIDDEN}{quote}"


def secrets_in(settings: Options) -> Iterator[str]:
    """The values of secret options at any depth, and the passwords in addresses among them."""
    for option in options_of(type(settings)):
        value = getattr(settings, option.name)
        if option.secret:
            for text in _texts(value, is_secret=isinstance(value, str)):
                yield text
                yield from _password_in(text)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Options):
                yield from secrets_in(inner)


def _texts(value: Any, *, is_secret: bool) -> Iterator[str]:
    """Texts in it; of objects only those under telling names, as the rest of them are hosts, paths and names of users."""
    match value:
        case str() if is_secret:
            yield value
        case Mapping():
            for name, inner in value.items():
                yield from _texts(inner, is_secret=is_secret or _tells(str(name)))
        case tuple() | list():
            for inner in value:
                yield from _texts(inner, is_secret=is_secret)


def _tells(name: str) -> bool:
    folded = name.lower()
    return any(part in folded for part in _TELLING)


def _password_in(text: str) -> Iterator[str]:
    """The password of an address, as it is written there and as it is."""
    if "://" not in text or "@" not in text:
        return
    try:
        password = urlsplit(text).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)
