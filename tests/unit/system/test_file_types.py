"""The type of a file comes from its name, and is the same on every machine."""

from __future__ import annotations

import pytest

from parsepy.system import file_types


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "text/plain"),
        ("a.b.PNG", "image/png"),
        ("a.tar.gz", "application/gzip"),
        ("a.html ", "text/html"),
        ("a.unknown", None),
        ("txt", None),
        ("a.", None),
        ("", None),
    ],
)
def test_a_name_stands_for_the_type_of_its_last_extension(name: str, expected: str | None) -> None:
    assert file_types.type_of(name) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("image/jpeg", ".jpg"), ("TEXT/PLAIN; charset=utf-8", ".txt"), ("image/x-own", ""), ("", "")],
)
def test_a_type_has_its_usual_extension(content_type: str, expected: str) -> None:
    assert file_types.extension_of(content_type) == expected
