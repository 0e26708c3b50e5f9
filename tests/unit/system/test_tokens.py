"""Random ids and tokens have the forms of Parse Server."""

from __future__ import annotations

from collections import Counter

import pytest

from parsepy.system import tokens


@pytest.mark.parametrize("size", [1, 10, 24, 100])
def test_an_object_id_has_the_wanted_length_and_only_letters_and_digits(size: int) -> None:
    assert all(len(found) == size and found.isascii() and found.isalnum() for found in _many(size))


def test_every_letter_is_about_as_likely() -> None:
    counted = Counter("".join(_many(100)))

    assert set(counted) == set(tokens.ALPHANUMERIC)
    assert max(counted.values()) < 1.5 * min(counted.values())


def test_ids_do_not_repeat() -> None:
    found = _many(10)

    assert len(set(found)) == len(found)


def test_a_session_token_is_revocable() -> None:
    token = tokens.new_session_token()

    assert token.startswith("r:")
    assert len(bytes.fromhex(token.removeprefix("r:"))) == 16


def _many(size: int) -> list[str]:
    return [tokens.new_object_id(size) for _ in range(1000)]
