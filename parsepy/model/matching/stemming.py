"""English words cut to their stems, so that a search for `run` finds `running`."""

from __future__ import annotations

import re
from typing import Final

_STOP_WORDS = """
    a about above after again against all am an and any are as at be because been before being below between both but
    by can cannot could did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself me more most my myself no nor not of off on once only or
    other ought our ours ourselves out over own same she should so some such than that the their theirs them themselves
    then there these they this those through to too under until up very was we were what when where which while who whom
    why with would you your yours yourself yourselves
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

_VOWEL = re.compile(r"[aeiouy]")
_DOUBLE = re.compile(r"(bb|dd|ff|gg|mm|nn|pp|rr|tt)$")
_REGION = re.compile(r"[aeiouy][^aeiouy]")
_SHORT_SYLLABLE = re.compile(r"(?:[^aeiouy][aeiouy][^aeiouywx]|^[aeiouy][^aeiouy])$")
_SHORT = re.compile(r"^[^aeiouy]*[aeiouy][^aeiouywx]$")


def stem(word: str) -> str:
    """The stem of a word in lower case: plural, past and progressive endings and final `e` off, final `y` as `i`."""
    if len(word) <= 2:
        return word
    return _without_e(_without_y(_without_ending(_without_plural(word.replace("'s", "").replace("'", "")))))


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _VOWEL.search(word[:-2]):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    if word.endswith(("eed", "eedly")):
        return word[: word.rindex("eed") + 2] if _VOWEL.search(word[: word.rindex("eed")]) else word
    for ending in ("ingly", "edly", "ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and _VOWEL.search(rest):
            return _mended(rest)
    return word


def _mended(rest: str) -> str:
    """What is left of a word after `-ed` or `-ing`: hop(p), hop(e)."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _DOUBLE.search(rest):
        return rest[:-1]
    return rest + "e" if _SHORT.match(rest) else rest


def _without_y(word: str) -> str:
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiouy" else word


def _without_e(word: str) -> str:
    """Porter's fifth step: a final `e` goes after the second region begins, or the first unless a short syllable precedes."""
    first = _REGION.search(word)
    if not word.endswith("e") or first is None or first.end() >= len(word):
        return word
    second = _REGION.search(word, first.end())
    is_late = second is not None and second.end() < len(word)
    return word[:-1] if is_late or not _SHORT_SYLLABLE.search(word[:-1]) else word
