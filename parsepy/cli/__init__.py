"""The `parsepy` command."""

from __future__ import annotations

from parsepy.cli.main import main

__all__ = ["main"]
