"""Calling a cloud function from the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from parsepy.cli.cloud.console import Console
from parsepy.cli.cloud.failures import MistakeError
from parsepy.cli.cloud.remote import Remote

PAIR = re.compile(r"([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)


def call(remote: Remote, name: str, arguments: Sequence[str], console: Console, *, session: str | None = None) -> None:
    """Call a function, with the master key or as the user of a session, and write its result as JSON."""
    answer = remote.post(f"/functions/{quote(name, safe='')}", parameters(arguments), session=session)
    console.result(json.dumps(answer.get("result"), indent=2, ensure_ascii=False))


def parameters(arguments: Sequence[str]) -> dict[str, Any]:
    """The parameters: one JSON object, or `name=value` each, whose value is JSON if it is that and else a text.

    Raises MistakeError for anything else.
    """
    if len(arguments) == 1 and arguments[0].lstrip().startswith("{"):
        return _object(arguments[0])
    pairs = [PAIR.fullmatch(argument) for argument in arguments]
    for argument, pair in zip(arguments, pairs, strict=True):
        if pair is None:
            raise MistakeError(f"{argument}: parameters are given as name=value, or all together as one JSON object")
    return {pair[1]: _value(pair[2]) for pair in pairs if pair}


def _object(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError as exc:
        raise MistakeError(f"the parameters are no JSON object: {exc}") from exc


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
