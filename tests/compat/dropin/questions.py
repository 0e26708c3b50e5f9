"""A question to a server, and its answer in a form that can be compared with that of another server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from tests.compat.differential.answers import Record
from tests.compat.differential.differences import Difference, differences
from tests.compat.differential.script import Script
from tests.compat.servers import Server

TOKEN = re.compile(r"r:[0-9a-f]{32}")


@dataclass(frozen=True)
class Question:
    """One request. `told`: all of the answer, or only its status and error code, where ids and dates are new each time."""

    label: str
    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    as_: str = "master"
    told: Literal["all", "outcome"] = "all"


def get(label: str, path: str, as_: str = "master", **params: Any) -> Question:
    """A question by GET; `params` that are not strings are sent as JSON."""
    return Question(f"{label} ({as_who(as_)})", "GET", path, params, as_=as_)


def as_who(as_: str) -> str:
    """Who asks, without what changes from run to run."""
    return "a session" if TOKEN.fullmatch(as_) else as_


async def ask(server: Server, questions: Iterable[Question], known: Iterable[str]) -> dict[str, Record]:
    """The answers by label; of the tokens in them only the `known` ones are kept."""
    answers: dict[str, Record] = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        script = Script("dropin", server.url, session)
        kept = frozenset(known)
        for question in questions:
            if question.label in answers:
                raise ValueError(f"two questions have the label {question.label!r}")
            answers[question.label] = await _answer(script, question, kept)
    return answers


async def _answer(script: Script, question: Question, known: frozenset[str]) -> Record:
    script.transcript.clear()
    await script.request(question.method, question.path, question.body, as_=question.as_, params=question.params)
    record = {key: value for key, value in script.transcript[0].items() if key in {"status", "headers", "body"}}
    if question.told == "outcome":
        body = record.get("body")
        return {"status": record["status"], "code": body.get("code") if isinstance(body, dict) else None}
    return {key: _without_chance(value, script.origin, known) for key, value in record.items()}


def _without_chance(value: Any, origin: str, known: frozenset[str]) -> Any:
    match value:
        case dict():
            return {key: _without_chance(one, origin, known) for key, one in value.items()}
        case list():
            return [_without_chance(one, origin, known) for one in value]
        case str():
            text = TOKEN.sub(lambda found: found[0] if found[0] in known else "<token>", value)
            return text.replace(origin, "<server>")
    return value


def unlike(expected: Mapping[str, Record], got: Mapping[str, Record]) -> list[Difference]:
    """What was answered differently; `step` is the position of the question."""
    if expected.keys() != got.keys():
        raise ValueError(f"not the same questions were asked: {expected.keys() ^ got.keys()}")
    return differences(*([{"label": label, **answers[label]} for label in expected] for answers in (expected, got)))
