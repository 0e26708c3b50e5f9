"""Which browser the tests use."""

from __future__ import annotations

import shutil

from tests.compat.processes import require


def chromium() -> str:
    """The browser, by any of the names that systems give it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or require("chromium", "chromium")
