"""Makes the pictures of docs/dashboard.md anew: python -m tests.browser.dashboard.pictures."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.browser.dashboard.backdrop import FLOWS, HERE, Setting, play

IMAGES = HERE.parents[2] / "docs" / "images"
SHOWN = {
    "guide": ("apps", "class", "column", "row", "rows", "filter"),
    "log_in": ("log-in",),
}
"""Which pictures of which flows the docs show, as `dashboard-NAME.png`."""


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for flow, names in SHOWN.items():
            asyncio.run(play(FLOWS / f"{flow}.cjs", Path(folder), Setting()))
            _keep(Path(folder), flow, names)


def _keep(folder: Path, flow: str, names: Iterable[str]) -> None:
    for name in names:
        [picture] = folder.glob(f"{flow}-[0-9][0-9]-{name}.png")
        print(shutil.copyfile(picture, IMAGES / f"dashboard-{name}.png"))


if __name__ == "__main__":
    main()
