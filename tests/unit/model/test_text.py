"""Words, stems and search strings."""

from __future__ import annotations

import pytest

from parsepy.model.matching.stemming import stem
from parsepy.model.matching.text import Analyser, Terms, parse_terms
from parsepy.model.where import Text

STEMS = [
    ("cats", "cat"),
    ("ponies", "poni"),
    ("pony", "poni"),
    ("ties", "tie"),
    ("caresses", "caress"),
    ("grass", "grass"),
    ("bus", "bus"),
    ("gas", "gas"),
    ("running", "run"),
    ("runs", "run"),
    ("hopping", "hop"),
    ("hoped", "hope"),
    ("hoping", "hope"),
    ("falling", "fall"),
    ("agreed", "agre"),
    ("feed", "feed"),
    ("bled", "bled"),
    ("sing", "sing"),
    ("sized", "size"),
    ("play", "play"),
    ("dog's", "dog"),
    ("as", "as"),
]


@pytest.mark.parametrize(("word", "expected"), STEMS)
def test_words_are_cut_to_their_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


SEARCHES = [
    ("fox", Terms(frozenset({"fox"}), frozenset(), (), ())),
    ("quick FOXES", Terms(frozenset({"quick", "fox"}), frozenset(), (), ())),
    ("fox -dog", Terms(frozenset({"fox"}), frozenset({"dog"}), (), ())),
    ('"brown fox" cat', Terms(frozenset({"brown", "fox", "cat"}), frozenset(), ("brown fox",), ())),
    ('cat -"brown fox"', Terms(frozenset({"cat"}), frozenset(), (), ("brown fox",))),
    ("well-known", Terms(frozenset({"well", "known"}), frozenset(), (), ())),
    ("the of", Terms(frozenset(), frozenset(), (), ())),
    ('"', Terms(frozenset(), frozenset(), (), ())),
]


@pytest.mark.parametrize(("term", "expected"), SEARCHES)
def test_a_search_string_is_taken_apart(term: str, expected: Terms) -> None:
    assert parse_terms(Analyser(Text("t", term)), term) == expected


def test_case_and_accents_count_if_asked_for() -> None:
    assert Analyser(Text("t", "x")).words("Café ÜBER") == ["cafe", "uber"]
    assert Analyser(Text("t", "x", case_sensitive=True)).words("Café ÜBER") == ["Cafe", "UBER"]
    assert Analyser(Text("t", "x", diacritic_sensitive=True)).words("Café ÜBER") == ["café", "über"]
    assert Analyser(Text("t", "x", language="none")).words("The dogs") == ["the", "dogs"]
