"""Full text search: terms, phrases and exclusions in the words of a field, with MongoDB's score."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.model.matching.stemming import STOP_WORDS, stem
from parsepy.model.paths import Predicate, candidates_at
from parsepy.model.where import Text

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.UNICODE)
_PIECE = re.compile(r'(-?)"([^"]*)"|(-?)([^\s"]+)')
_PLAIN_LANGUAGES = frozenset({"none"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search string asks for; words are stemmed, phrases folded texts."""

    wanted: frozenset[str]
    unwanted: frozenset[str]
    phrases: tuple[str, ...]
    excluded_phrases: tuple[str, ...]


class Analyser:
    """Takes texts apart the way one search wants it: its case, its accents, its language."""

    def __init__(self, node: Text) -> None:
        self._case_sensitive = node.case_sensitive
        self._diacritic_sensitive = node.diacritic_sensitive
        self._plain = node.language in _PLAIN_LANGUAGES

    def folded(self, text: str) -> str:
        """The text without the differences that do not count."""
        if not self._diacritic_sensitive:
            apart = unicodedata.normalize("NFKD", text)
            text = "".join(character for character in apart if not unicodedata.combining(character))
        return text if self._case_sensitive else text.lower()

    def words(self, text: str) -> list[str]:
        """The stemmed words of a text, without stop words."""
        found = _WORD.findall(self.folded(text))
        if self._plain:
            return found
        return [stem(word) for word in found if word.lower() not in STOP_WORDS]


def parse_terms(analyser: Analyser, term: str) -> Terms:
    """Read a search string: words, `"phrases"`, `-excluded` words."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    phrases: list[str] = []
    excluded: list[str] = []
    for no_phrase, phrase, no_word, word in _PIECE.findall(term):
        if phrase:
            (excluded if no_phrase else phrases).append(analyser.folded(phrase))
        if not no_phrase:
            (unwanted if no_word else wanted).update(analyser.words(phrase or word))
    return Terms(frozenset(wanted), frozenset(unwanted), tuple(phrases), tuple(excluded))


def _strings(found: Callable[[Mapping[str, Any]], list[Any]], row: Mapping[str, Any]) -> list[str]:
    return [value for value in found(row) if isinstance(value, str)]


def _text(node: Text) -> Predicate:
    analyser = Analyser(node)
    terms = parse_terms(analyser, node.term)
    found = candidates_at(node.path)

    def matches(row: Mapping[str, Any]) -> bool:
        texts = _strings(found, row)
        words = {word for text in texts for word in analyser.words(text)}
        if not words & terms.wanted or words & terms.unwanted:
            return False
        folded = [analyser.folded(text) for text in texts]
        return all(_holds(phrase, folded) for phrase in terms.phrases) and not any(
            _holds(phrase, folded) for phrase in terms.excluded_phrases
        )

    return matches


def _holds(phrase: str, texts: list[str]) -> bool:
    return any(phrase in text for text in texts)


def score(node: Text) -> Callable[[Mapping[str, Any]], float]:
    """A function that gives an object's score: rising with how often and how densely it holds the terms."""
    analyser = Analyser(node)
    wanted = parse_terms(analyser, node.term).wanted
    found = candidates_at(node.path)
    return lambda row: sum(_score(analyser, text, wanted) for text in _strings(found, row))


def _score(analyser: Analyser, text: str, wanted: frozenset[str]) -> float:
    words = analyser.words(text)
    counts = Counter(words)
    total = 0.0
    for term in wanted & counts.keys():
        count = counts[term]
        frequency = 2 - 0.5 ** (count - 1)
        density = 0.5 * count / len(words) + 0.5
        total += frequency * density * (1.1 if analyser.folded(text) == term else 1.0)
    return total


BUILDERS: Mapping[type, Callable[[Any], Predicate]] = {Text: _text}
