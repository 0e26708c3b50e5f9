"""What a release requires is compared with what is installed."""

from __future__ import annotations

import pytest

from parsepy.system.releases.requirements import Wanted, compared

INSTALLED = {"aiohttp": "3.11.2", "orjson": "3.10.0"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Wanted()),
        ("# a comment\n\naiohttp>=3  # another\norjson\n", Wanted()),
        ("aiohttp\nstripe>=5\n", Wanted(missing=("stripe>=5",))),
        ('stripe; python_version < "3"\n', Wanted()),
        ("aiohttp<3", Wanted(problems=("requirements.txt:1: aiohttp<3: the server has aiohttp 3.11.2",))),
        (
            "\n-r other.txt",
            Wanted(problems=("requirements.txt:2: -r other.txt: only names with versions are understood",)),
        ),
        (
            "x @ https://example.com/x.zip",
            Wanted(
                problems=("requirements.txt:1: x @ https://example.com/x.zip: only names with versions are understood",)
            ),
        ),
    ],
    ids=["none", "installed", "missing", "not for this Python", "another version", "an option", "an address"],
)
def test_requirements_are_there_or_told(text: str, expected: Wanted) -> None:
    assert compared(text, INSTALLED.get) == expected
