"""What ends a command before its work is done."""

from __future__ import annotations

FAILURE = 1
MISTAKE = 2


class CommandError(Exception):
    """The command failed; the text tells the user why and what to do."""

    exit_code = FAILURE


class MistakeError(CommandError):
    """The command was called wrongly, or lacks something that the user must give."""

    exit_code = MISTAKE
