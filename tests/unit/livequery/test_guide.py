"""The cloud code in the guide of live queries loads, and holds for subscribers."""

from __future__ import annotations

import re
from pathlib import Path

from parsepy.cloud import loader
from parsepy.cloud.hooks import Trigger

GUIDE = Path(__file__).parents[3] / "docs/livequery.md"


def test_the_triggers_of_the_guide_are_registered(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (tmp_path / "guide_livequery.py").write_text("\n\n".join(blocks))
    cloud = loader.load(str(tmp_path / "guide_livequery.py"))

    assert {trigger for trigger, _ in cloud.triggers} >= {
        Trigger.BEFORE_CONNECT,
        Trigger.BEFORE_SUBSCRIBE,
        Trigger.AFTER_EVENT,
    }


def test_the_links_of_the_guide_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", GUIDE.read_text())

    assert links
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
