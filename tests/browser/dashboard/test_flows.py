"""The official dashboard, served by parsepy, in a real browser: each flow's effects hold, and no page complains."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.browser.dashboard.backdrop import FLOWS, SCREENSHOTS, Setting, play

FORBIDDEN = re.compile(
    r"\.(evaluate\w*|dispatchEvent|fill|selectOption|setInputFiles|setContent|addScriptTag|addInitScript|addStyleTag"
    r"|route|waitForTimeout|exposeFunction|exposeBinding|request\.(?:get|post|put|delete|fetch))\(|force: true"
)
"""What would cause effects that no person can cause, or wait for nothing."""

PLAYS = sorted(FLOWS.glob("*.cjs"))
SCRIPTS = [*PLAYS, *(script for script in sorted(FLOWS.parent.glob("*.cjs")) if script.stem != "stage")]
"""All but the stage, which keeps the browser on this computer."""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the folder that the environment names, to be looked at later."""
    folder = Path(os.environ.get(SCREENSHOTS, tmp_path)).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("flow", PLAYS, ids=lambda flow: flow.stem)
async def test_what_a_person_does_on_the_dashboard_holds(flow: Path, pictures: Path) -> None:
    await play(flow, pictures, Setting())

    assert taken(pictures, flow)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_scripts_act_by_mouse_keyboard_and_file_chooser_only(script: Path) -> None:
    assert FORBIDDEN.findall(script.read_text()) == []


def taken(pictures: Path, flow: Path) -> list[Path]:
    """The pictures of a flow."""
    return list(pictures.glob(f"{flow.stem}-*.png"))
