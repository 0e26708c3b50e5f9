"""The log of a server, as it is and as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.cli.cloud.console import Console
from parsepy.cli.cloud.releases import PATIENCE_SECONDS, Wait
from parsepy.cli.cloud.remote import RefusedError, Remote, UnreachableError, is_final

PATH = "/cloud_code/logs"
WAIT_SECONDS = 10
ANSWER_SECONDS = WAIT_SECONDS + 20.0


def show(remote: Remote, console: Console, *, follow: bool, wait: Wait) -> None:
    """Write what there is; with `follow` go on until the user ends it. Raises CommandError if the server is gone."""
    cursor, heard = _written(remote, console, "", 0), wait.now()
    while follow:
        try:
            cursor, heard = _written(remote, console, cursor, WAIT_SECONDS), wait.now()
        except (UnreachableError, RefusedError) as exc:
            if is_final(exc) or wait.now() - heard > PATIENCE_SECONDS:
                raise
            wait.pause(1.0)


def _written(remote: Remote, console: Console, after: str, seconds: int) -> str:
    """Write the lines after the cursor; the cursor for the next."""
    query = {"after": after} if after else {}
    answer = remote.get(PATH, seconds=ANSWER_SECONDS, wait=str(seconds), **query)
    for line in answer["results"]:
        console.result(_line(line))
    return str(answer["next"])


def _line(line: Mapping[str, Any]) -> str:
    return f"{line['at']} {str(line['level']).upper():<7} {line['message']}"
