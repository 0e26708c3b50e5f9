"""Path patterns of rate limits, as Parse Server writes them: `/functions/:name`, `/classes/Score{/*id}`, `/*path`."""

from __future__ import annotations

import re

from parsepy.settings.kinds import Kind, read_string
from parsepy.settings.mistakes import InvalidError

_RESERVED = "()[]+?!"
_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<sign>[:*])(?P<name>[^\W\d]\w*|\"[^\"]+\")?|(?P<other>.)", re.DOTALL)
_FIX = (
    'Write names as ":id", the rest of a path as "*rest", what may be missing as "{/:id}", other signs with a backslash'
)


def quoted(text: str) -> str:
    """The pattern that only the text itself matches."""
    return re.sub(r"[\\{}()\[\]+?!:*]", r"\\\g<0>", text)


def literal_start(pattern: str) -> tuple[str, bool]:
    """What every path begins with that matches, and whether nothing follows it."""
    text = ""
    for found in _TOKEN.finditer(pattern):
        if found["sign"] or found["other"] == "{":
            return text, False
        text += found["escaped"] or found["other"]
    return text, True


def regex_of(pattern: str) -> str:
    """A regular expression for whole paths, to be used without regard to case; one slash more at the end matches too.

    `:name` stands for one part of a path, `*name` for any number of them, `{…}` for what may be missing; a backslash
    before a sign takes its meaning away. Raises InvalidError.
    """
    if not pattern.startswith(("/", "*", "{", ":")):
        raise InvalidError("must begin with /", "Write the path as it follows the mount path, for example /login")
    parts, depth = [], 0
    for found in _TOKEN.finditer(pattern):
        depth += {"{": 1, "}": -1}.get(found["other"] or "", 0)
        if depth < 0:
            raise _unreadable(pattern, "a } without {")
        parts.append(_part(pattern, found))
    if depth:
        raise _unreadable(pattern, "a { without }")
    return rf"^{''.join(parts)}/?$"


def _part(pattern: str, found: re.Match[str]) -> str:
    if found["escaped"]:
        return re.escape(found["escaped"])
    if found["sign"]:
        if not found["name"]:
            raise _unreadable(pattern, f"a {found['sign']} without a name")
        return "[^/]+" if found["sign"] == ":" else ".+"
    text = found["other"]
    if text in _RESERVED or text == "\\":
        raise _unreadable(pattern, f"a {text} that means nothing")
    return {"{": "(?:", "}": ")?"}.get(text) or re.escape(text)


def _unreadable(pattern: str, what: str) -> InvalidError:
    return InvalidError(f'is "{pattern}", which has {what}', _FIX)


def _read(value: object) -> str:
    text = read_string(value)
    regex_of(text)
    return text


PATH_PATTERN = Kind("path pattern", _read)
