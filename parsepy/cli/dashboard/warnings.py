"""What the owner of a dashboard should know of where it is served."""

from __future__ import annotations

from collections.abc import Iterator

from parsepy.cli.banner import EVERY_INTERFACE
from parsepy.dashboard.config import Dashboard
from parsepy.dashboard.origins import is_own_name
from parsepy.settings import Notice


def of_address(dashboard: Dashboard, host: str) -> Iterator[Notice]:
    """About a dashboard that listens at `host`: nobody can reach it, or everybody."""
    if dashboard.is_dev:
        text = "whoever reaches the dashboard gets the master key, unless it has users."
        yield Notice("--dev", text, loud=True)
    elif not dashboard.users and host not in EVERY_INTERFACE and not is_own_name(f"[{host}]" if ":" in host else host):
        yield Notice("host", f"the dashboard has no users, so it answers this computer only, and not at {host}.")
