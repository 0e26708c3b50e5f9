"""Client patterns."""

from __future__ import annotations

import time

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import regex

MATCHES: list[tuple[str, str, str, bool]] = [
    ("b", "", "abc", True),
    ("^b", "", "abc", False),
    ("", "", "", True),
    ("ABC", "i", "xabcx", True),
    ("Ä", "i", "ä", True),
    ("^b", "m", "a\nb", True),
    ("a$", "m", "a\nb", True),
    ("a$", "", "a\nb", False),
    ("a$", "", "a\n", True),
    ("a.b", "", "a\nb", False),
    ("a.b", "s", "a\nb", True),
    ("a b # c", "x", "ab", True),
    (r"a\ b [ ] c", "x", "a b c", True),
    (r"[#]a", "x", "#a", True),
    (r"\Qa.b\E", "", "a.b", True),
    (r"\Qa.b\E", "", "axb", False),
    (r"\Qa b\E", "x", "a b", True),
    (r"^\Qa\E\\E\Qb\E", "", "a\\Eb", True),
    (r"\Q[(", "", "x[(", True),
    (r"x\Ey", "", "xy", True),
    (r"\Qé-&~#\E", "", "é-&~#", True),
    (r"^[]a]+$", "", "]a", True),
    (r"^[^]a]+$", "", "b", True),
    (r"^[[:digit:]]+$", "", "12", True),
    (r"^[\]$]+$", "", "]$", True),
    (r"\Aa\z", "", "a", True),
    (r"\Aa\Z", "", "a\n", True),
    (r"a\hb", "", "a\tb", True),
    (r"\p{L}+", "", "é", True),
    (r"(?<name>a)b", "", "ab", True),
    (r"(?=a)ab", "", "ab", True),
    (r"a(?!b)", "", "ab", False),
    (r"(?<=a)b", "", "ab", True),
    (r"(a)\1", "", "aa", True),
    (r"(?=a)A$", "im", "xa\ny", True),
    (r"(?=\Qa.\E)a", "", "ab", False),
    (r"a++b", "", "aaab", True),
    (r"(?>a+)b", "", "aab", True),
    (r"^a{1001}$", "", "a" * 1001, True),
    ("a", "u", "a", True),
]


@pytest.mark.parametrize(("pattern", "options", "text", "expected"), MATCHES)
def test_patterns_mean_what_they_mean_to_mongodb(pattern: str, options: str, text: str, expected: bool) -> None:
    assert regex.matcher(pattern, options)(text) is expected


MALFORMED = [
    "(",
    ")",
    "[z-a]",
    "[a",
    "*",
    "a{2,1}",
    "(?P<n",
    "\\",
    "(?=",
    r"(?<=a+",
    "(?z)",
    "\0",
    "((a{900}){900}){900}",
    "(?=a)(a{,900}){20}",
    "(?=a)" * 1000,
    "x" * 40000,
    "\ud800",
]


@pytest.mark.parametrize("pattern", MALFORMED, ids=[repr(pattern)[:30] for pattern in MALFORMED])
def test_malformed_patterns_are_refused_with_our_text(pattern: str) -> None:
    with pytest.raises(ParseError) as refused:
        regex.matcher(pattern)

    assert (refused.value.code, refused.value.message) == (ErrorCode.INVALID_QUERY, "Invalid regular expression.")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_explode_elsewhere_take_no_time(pattern: str) -> None:
    started = time.perf_counter()
    regex.matcher(pattern)("a" * 5000 + "!")

    assert time.perf_counter() - started < 0.5


def test_a_pattern_outside_re2_is_stopped() -> None:
    matches = regex.matcher(r"^(?=a)((a|aa)+)+\1$")
    started = time.perf_counter()

    with pytest.raises(ParseError) as refused:
        matches("a" * 60 + "!")

    assert refused.value.code == ErrorCode.INVALID_QUERY
    assert time.perf_counter() - started < 1
