"""The first words of a server that is ready."""

from __future__ import annotations

import logging
import sys

from parsepy.cli.plan import Plan

log = logging.getLogger("parsepy")


def greet(plan: Plan) -> None:
    """Print the greeting, and log what the user should know of the settings."""
    sys.stdout.write(plan.greeting)
    sys.stdout.flush()
    for notice in plan.warnings:
        log.warning("%s", notice)
        if plan.process.silent and notice.loud:
            sys.stderr.write(f"{notice}\n")
