"""The page about the command: what it shows can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from parsepy.cli.cloud import arguments, bundles, targets
from parsepy.cli.cloud.commands import COMMANDS

PAGE = (Path(__file__).parents[4] / "docs/cloud/commands.md").read_text()
LINE = re.compile(r"^parsepy cloud (.*?)(?: {2,}#.*)?$", re.MULTILINE)


def test_every_command_is_shown_and_can_be_typed() -> None:
    parsed = [arguments.parser().parse_args(shlex.split(line)) for line in LINE.findall(PAGE)]

    assert {given.command for given in parsed} == set(COMMANDS)


def test_the_page_names_what_matters() -> None:
    names = {*bundles.LEFT_OUT, targets.URL, targets.APP_ID, targets.MASTER_KEY, str(targets.SERVERS_FILE)}

    assert [name for name in names if f"`{name}`" not in PAGE] == []
