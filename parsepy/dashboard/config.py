"""What a dashboard is told: its apps, its users, and how it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.settings import TrustProxy


@dataclass(frozen=True, slots=True)
class DashboardApp:
    """An app as the dashboard's pages know it.

    `server_url` is "" for an app that this very process serves: its address is then taken from the request for the page, so
    that the browser asks where it is already. `read_only_master_key` goes to read-only users in place of `master_key`.
    `public_server_url` is where such an app is reached through a trusted proxy, if that is another address.
    `rest` is what the page gets as it stands in the configuration: appName, javascriptKey, production, columnPreference, ...
    """

    app_id: str
    master_key: str = field(repr=False)
    server_url: str = ""
    public_server_url: str = ""
    mount: str = "/parse"
    read_only_master_key: str = field(default="", repr=False)
    rest: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Mfa:
    """One-time codes by time (RFC 6238). `secret` is in base32, `period` in seconds."""

    secret: str = field(repr=False)
    digits: int = 6
    algorithm: str = "SHA1"
    period: int = 30


@dataclass(frozen=True, slots=True)
class DashboardUser:
    """Who may log in. `password` is as configured: a bcrypt hash if `Dashboard.has_hashed_passwords`.

    `apps` names the apps that the user sees, and whether only for reading; None for all of them.
    """

    name: str
    password: str = field(repr=False)
    mfa: Mfa | None = None
    is_read_only: bool = False
    apps: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard. `mount` begins and ends with a slash. Without users it answers callers on this computer only.

    `cookie_secret` signs the sessions; processes with the same one know each other's. `session_seconds` is None for sessions
    that end with the browser. `allows_insecure_http` lets users log in from elsewhere without TLS.
    """

    apps: tuple[DashboardApp, ...]
    users: tuple[DashboardUser, ...] = ()
    has_hashed_passwords: bool = False
    mount: str = "/"
    cookie_secret: bytes = field(default=b"", repr=False)
    session_seconds: float | None = None
    trust_proxy: TrustProxy = field(default_factory=TrustProxy)
    allows_insecure_http: bool = False
    is_dev: bool = False
    icons_folder: str = ""
    has_resource_cache: bool = False
