"""docs/dashboard.md: its configurations work as they are printed, and it names everything there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from parsepy.cli.dashboard import arguments
from parsepy.dashboard import config_apps, config_file, config_users
from parsepy.dashboard.config import DashboardApp
from parsepy.dashboard.config_file import Described, read
from parsepy.settings import load

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "dashboard.md").read_text()
BLOCKS: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
SERVED = DashboardApp("shop", "change-me", read_only_master_key="change-me-too")


@pytest.mark.parametrize("values", [block for block in BLOCKS if "masterKey" not in block], ids=["users", "apps"])
def test_a_configuration_of_the_dashboard_works(values: dict[str, Any]) -> None:
    served = () if "apps" in values else (SERVED,)
    found = read(Described(values, "docs", served=served))

    assert found.notices == ()
    assert len(found.dashboard.users) == len(values["users"])


def test_the_configuration_of_the_server_works() -> None:
    (values,) = (block for block in BLOCKS if "masterKey" in block)
    loaded = load(file=values)

    assert loaded.warnings == ()
    assert loaded.apps[0].dashboard is not None


def test_every_key_and_flag_is_there_and_no_other() -> None:
    tables = [line for line in TEXT.splitlines() if line.startswith(("| `", "| |"))]
    named = set(re.findall(r"`-{0,2}([a-zA-Z]+)`", " ".join(line.split(" | ")[0] for line in tables)))
    flags = {*arguments.APP, *arguments.USER, *arguments.SERVING, *arguments.REACHING, "config", "dev"}
    keys = {*config_file.KNOWN, *config_file.SWITCHES, *config_apps.IDENTITY, *config_apps.TOLD, *config_users.KNOWN}

    assert named == {*flags, *keys, "createUser", "createMFA"}


def test_every_variable_is_there() -> None:
    names = {
        name
        for table in (arguments.APP, arguments.USER, arguments.SERVING, arguments.REACHING)
        for name, _ in table.values()
    }

    assert [name for name in names if name.removeprefix("PARSE_DASHBOARD") not in TEXT] == []


def test_every_picture_is_there_and_small() -> None:
    pictures = [DOCS / path for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT)]

    assert all(path.is_file() and path.stat().st_size < 150_000 for path in pictures)
