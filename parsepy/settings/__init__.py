"""Settings: Parse Server's options by their own names, from flags, environment and file, checked at start."""

from __future__ import annotations

from parsepy.settings.adapters import Adapter
from parsepy.settings.data import Protected
from parsepy.settings.database import Database, parse_database_uri, scheme_of
from parsepy.settings.database_options import DatabaseOptions
from parsepy.settings.features import DefinedSchema, FileDownload, FileUpload, LogLevels
from parsepy.settings.kinds import Retention
from parsepy.settings.limits import RateLimit, RequestComplexity
from parsepy.settings.load import LoadedSettings, load
from parsepy.settings.mistakes import InvalidError, Mistake, Notice, SettingsError
from parsepy.settings.networks import Network, TrustProxy, client_of, networks, permits
from parsepy.settings.not_yet import NOT_YET, NotYet
from parsepy.settings.patterns import DeniedKeyword, extension_patterns
from parsepy.settings.redis import RedisPlace, RedisPlaces, redis_of
from parsepy.settings.services import ServedDashboard
from parsepy.settings.settings import Settings
from parsepy.settings.sources import read_file

__all__ = [
    "NOT_YET",
    "Adapter",
    "Database",
    "DatabaseOptions",
    "DefinedSchema",
    "DeniedKeyword",
    "FileDownload",
    "FileUpload",
    "InvalidError",
    "LoadedSettings",
    "LogLevels",
    "Mistake",
    "Network",
    "NotYet",
    "Notice",
    "Protected",
    "RateLimit",
    "RedisPlace",
    "RedisPlaces",
    "RequestComplexity",
    "Retention",
    "ServedDashboard",
    "Settings",
    "SettingsError",
    "TrustProxy",
    "client_of",
    "extension_patterns",
    "load",
    "networks",
    "parse_database_uri",
    "permits",
    "read_file",
    "redis_of",
    "scheme_of",
]
