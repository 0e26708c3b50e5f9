"""Regular expressions in options: written for JavaScript, compiled once at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from parsepy.settings.kinds import Kind, read_any_list, read_json, read_string
from parsepy.settings.mistakes import InvalidError

# Blocks what a browser would run as a page or a script when it opens the file.
MARKUP_BLOCKED = r"(?i)^(?!(?:[xs]?html?|xht|svgz?|xml|xslt?|xsd|rng|rdf|owl|mathml)(?:\+xml)?$)"


@lru_cache(maxsize=256)
def compile_js(source: str, flags: int = 0) -> re.Pattern[str]:
    r"""The pattern with JavaScript's meaning of `\d`, `\w` (ASCII), `$` (the very end) and `(?<name>…)`."""
    named = re.sub(r"\(\?<(?![=!])", "(?P<", source)
    try:
        return re.compile(_at_the_very_end(named), flags | re.ASCII)
    except re.error as exc:
        raise InvalidError(
            f'contains "{source}", which is no regular expression ({exc.msg})', "Correct the expression"
        ) from exc


def _at_the_very_end(source: str) -> str:
    """Python's `$` also matches before a final line break; an unescaped one outside brackets becomes `\\Z`."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", lambda found: found[1] or r"\Z", source)


def _read_pattern(value: object) -> re.Pattern[str]:
    return compile_js(read_string(value))


def _read_patterns(value: object) -> tuple[re.Pattern[str], ...]:
    return tuple(compile_js(read_string(entry)) for entry in read_any_list(value))


def extension_pattern(source: str) -> re.Pattern[str]:
    """A pattern that `search` is used with; `*` alone allows everything."""
    return re.compile("") if source == "*" else compile_js(_inline_flags_first(source))


def _inline_flags_first(source: str) -> str:
    """`^(?i)` and the like are refused by Python; flags move to the front, where they mean the same."""
    found = re.match(r"\^\(\?([ims]+)\)", source)
    return f"(?{found[1]})^{source[found.end() :]}" if found else source


def extension_patterns(*sources: str) -> tuple[re.Pattern[str], ...]:
    """Several of them, for example as the default of an option."""
    return tuple(extension_pattern(source) for source in sources)


def _read_extensions(value: object) -> tuple[re.Pattern[str], ...]:
    return extension_patterns(*(read_string(entry) for entry in read_any_list(value)))


def _read_routes(value: object) -> tuple[re.Pattern[str], ...]:
    """Anchored at both ends, alternatives included."""
    found = []
    for entry in read_any_list(value):
        source = read_string(entry)
        compile_js(source)
        found.append(compile_js(rf"(?:{source.removeprefix('^')})$"))
    return tuple(found)


@dataclass(frozen=True)
class DeniedKeyword:
    """A key, a value, or a key with that value, that no body or query may contain at any depth."""

    key: str | None = None
    value: Any = None

    def matches(self, key: str, value: object) -> bool:
        """Whether this one pair is denied; the caller walks into nested objects."""
        if self.key is None and self.value is None:
            return False
        return (self.key is None or _like(self.key, key)) and (self.value is None or _like(self.value, value))


def _like(wanted: object, found: object) -> bool:
    """Equal, or a text in which the wanted text is found as a regular expression."""
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted == found or compile_js(wanted).search(found) is not None
    return type(wanted) is type(found) and wanted == found


DEFAULT_DENIED = (
    DeniedKeyword(key="_bsontype", value="Code"),
    DeniedKeyword(key="constructor"),
    DeniedKeyword(key="__proto__"),
)


def _read_denied(value: object) -> tuple[DeniedKeyword, ...]:
    found = read_json(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        raise InvalidError("must be a list of objects", 'Write it as [{"key": "name"}]')
    return tuple(_denied(entry) for entry in found)


def _denied(entry: object) -> DeniedKeyword:
    if not isinstance(entry, Mapping) or not entry or not entry.keys() <= {"key", "value"}:
        raise InvalidError("must be a list of objects with key, value or both", 'Write it as [{"key": "name"}]')
    for part in entry.values():
        if isinstance(part, dict | list):
            raise InvalidError("compares with a text, number or boolean only", 'Write it as [{"key": "name"}]')
        if isinstance(part, str):
            compile_js(part)
    key = entry.get("key")
    return DeniedKeyword(key=None if key is None else read_string(key), value=entry.get("value"))


_HTTP_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})


def _read_methods(value: object) -> tuple[str, ...] | re.Pattern[str]:
    """A list of methods, in letters of either case; a text that is none is a regular expression, as in Parse Server."""
    named = tuple(read_string(entry).upper() for entry in read_any_list(value))
    if _HTTP_METHODS.issuperset(named):
        return named
    if isinstance(value, str):
        return compile_js(value)
    raise InvalidError("must be a list of HTTP methods", 'Write it as ["POST", "PUT"]')


PATTERN = Kind("regex", _read_pattern)
METHODS = Kind("list of methods", _read_methods)
PATTERNS = Kind("list of regexes", _read_patterns)
EXTENSIONS = Kind("list of regexes", _read_extensions)
ROUTES = Kind("list of regexes", _read_routes)
DENIED_KEYWORDS = Kind("list of objects", _read_denied)
