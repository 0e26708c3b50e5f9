"""The reference's transcripts, one JSON file per scenario module in tests/compat/recorded/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.compat.differential.answers import Record

RECORDED = Path(__file__).parent.parent / "recorded"

Transcripts = Mapping[str, list[Record]]


def load(module: str) -> dict[str, list[Record]]:
    """The recorded transcripts of a module by scenario name; empty if nothing is recorded."""
    file = RECORDED / f"{module}.json"
    if not file.exists():
        return {}
    recorded: dict[str, list[Record]] = json.loads(file.read_text())
    return recorded


def modules() -> list[str]:
    """The modules that have recordings."""
    return sorted(file.stem for file in RECORDED.glob("*.json"))


def save(module: str, transcripts: Transcripts) -> None:
    """Write a module's recordings, one answer a line, so that a change reads well in a diff."""
    RECORDED.mkdir(exist_ok=True)
    blocks = [_block(name, transcripts[name]) for name in sorted(transcripts)]
    (RECORDED / f"{module}.json").write_text("{\n" + ",\n".join(blocks) + "\n}\n")


def _block(name: str, transcript: list[Record]) -> str:
    lines = ",\n".join(f"  {json.dumps(record, sort_keys=True, ensure_ascii=False)}" for record in transcript)
    return f" {json.dumps(name)}: [\n{lines}\n ]"
