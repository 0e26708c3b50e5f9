"""Functions and triggers that another server runs: they stand in place of cloud code's own."""

from __future__ import annotations

from collections.abc import Mapping

from parsepy.cloud.hooks import Hook, Trigger


class RemoteHooks:
    """What is registered for another server at the moment; replaced as a whole when that changes."""

    def __init__(self) -> None:
        self.functions: Mapping[str, Hook] = {}
        self.triggers: Mapping[tuple[Trigger, str], Hook] = {}

    def replace(self, functions: Mapping[str, Hook], triggers: Mapping[tuple[Trigger, str], Hook]) -> None:
        """Register these and nothing else."""
        self.functions, self.triggers = functions, triggers
