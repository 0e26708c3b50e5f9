"""All settings of one app, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from parsepy.settings.data import DataOptions, FileOptions, UserOptions
from parsepy.settings.server import KeyOptions, LogOptions, NetworkOptions
from parsepy.settings.services import ServiceOptions

# In the order in which the documents show them.
SECTIONS = (KeyOptions, NetworkOptions, DataOptions, FileOptions, UserOptions, LogOptions, ServiceOptions)


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceOptions, LogOptions, UserOptions, FileOptions, DataOptions, NetworkOptions, KeyOptions):
    """One app's settings. Fields are Parse Server's options in snake case; secrets are left out of the repr.

    Made by `parsepy.settings.load`, which checks everything; a value made directly is not checked.
    """
