"""`parsepy cloud`: cloud code is begun, deployed, followed and called from the command line."""

from __future__ import annotations

from parsepy.cli.cloud.commands import main

__all__ = ["main"]
