"""Path patterns of rate limits, and what counts as one client."""

from __future__ import annotations

import re

import pytest

from parsepy.settings import InvalidError, client_of
from parsepy.settings.path_patterns import quoted, regex_of


@pytest.mark.parametrize(
    ("pattern", "matched", "other"),
    [
        ("/login", ["/login", "/login/", "/LOGIN"], ["/loginAs", "/", "/login/x", "/a/login", "/login//"]),
        ("/functions/:name", ["/functions/a", "/functions/a.b/"], ["/functions", "/functions/", "/functions/a/b"]),
        ("/v-:number", ["/v-1"], ["/v-", "/v-1/2"]),
        ("/classes/A{/*id}", ["/classes/A", "/classes/A/x", "/classes/a/x/y"], ["/classes/AB", "/classes"]),
        ("/*path", ["/a", "/a/b/c"], ["/"]),
        ("/a{/b{/c}}", ["/a", "/a/b", "/a/b/c"], ["/a/c"]),
        ('/:"any thing"', ["/x"], ["/x/y"]),
        (r"/a\:b", ["/a:b"], ["/a/b", "/ab"]),
        ("/a.b", ["/a.b"], ["/axb"]),
    ],
)
def test_a_pattern_matches_whole_paths(pattern: str, matched: list[str], other: list[str]) -> None:
    found = re.compile(regex_of(pattern), re.IGNORECASE)

    assert [path for path in (*matched, *other) if found.search(path)] == matched


@pytest.mark.parametrize(
    "pattern", ["", "login", "/*", "/:", "/a{", "/a}", "/(a)", "/a?", "/a+", "/[a]", "/a\\", "/:1"]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidError):
        regex_of(pattern)


@pytest.mark.parametrize("text", ["plain", "a:b*c{d}", "(x)[y]+?!", "back\\slash", "a.b"])
def test_a_quoted_text_matches_itself_alone(text: str) -> None:
    found = re.compile(regex_of("/" + quoted(text)))

    assert found.search("/" + text)
    assert not found.search(f"/{text}x")


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("somebody", "somebody"),
        ("x" * 5000, "x" * 64),
        ("", ""),
    ],
)
def test_one_client_is_an_address_or_the_network_of_a_newer_one(address: str, client: str) -> None:
    assert client_of(address) == client
