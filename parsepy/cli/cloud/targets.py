"""Which server a command speaks to, and with which keys."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parsepy.cli import first_start
from parsepy.cli.cloud.failures import MistakeError
from parsepy.cli.plan import CONFIG_FILE

SERVERS_FILE = first_start.FOLDER / "servers.json"
KEYS_FILE = first_start.FOLDER / first_start.KEYS_FILE
LOCAL_URL = "http://127.0.0.1:1337/parse"
URL, APP_ID, MASTER_KEY = "PARSE_SERVER_URL", "PARSE_SERVER_APPLICATION_ID", "PARSE_SERVER_MASTER_KEY"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NEEDED = f"""\
Give it by --master-key and --app-id, by the variables {MASTER_KEY} and {APP_ID}, or in {SERVERS_FILE}:
  {{"production": {{"url": "https://example.com/parse", "appId": "…", "masterKey": "…"}}}}"""


@dataclass(frozen=True)
class Target:
    """A server: its URL with the mount path, and who may do everything there."""

    url: str
    app_id: str
    master_key: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it runs on this computer."""
        return _is_local(self.url)

    @property
    def is_exposed(self) -> bool:
        """Whether keys travel to it unencrypted over a network."""
        return not self.is_local and urlsplit(self.url).scheme == "http"


@dataclass(frozen=True)
class Given:
    """What the command line says: a URL or the name of a server, and keys."""

    server: str | None = None
    app_id: str | None = None
    master_key: str | None = field(default=None, repr=False)


def find(given: Given, environ: Mapping[str, str], folder: Path = Path()) -> Target:
    """The server and its keys: as given, else as `.parsepy/servers.json` has them, the environment, the local files.

    Keys go to the server that they belong to only: those of the local files (`parsepy.json`, `.parsepy/keys.json`) to
    theirs and to this computer, those of the environment to the URL there, if it names one. Raises MistakeError with what
    is missing.
    """
    listed = _listed(folder / SERVERS_FILE)
    named = given.server or environ.get(URL)
    known = _entry(listed, named) if named else None
    local = _local(folder)
    if known is None and (not named or _same(named, local.get("url", "")) or _is_local(named)):
        known = {**local, "url": named or local.get("url", LOCAL_URL)}
    known = known or {}
    if named is not None and not known and "://" not in named:
        names = ", ".join(sorted(listed)) or "none"
        raise MistakeError(f"{named}: is neither a URL nor a server in {SERVERS_FILE} (there: {names})")
    url = _checked(known.get("url") or named or LOCAL_URL)
    own = environ if _entry(listed, url) is None and _same(environ.get(URL) or url, url) else {}
    app_id = given.app_id or own.get(APP_ID) or known.get("appId")
    master_key = given.master_key or own.get(MASTER_KEY) or known.get("masterKey")
    if not app_id or not master_key:
        missing = "The master key" if app_id else "The application id"
        raise MistakeError(f"{missing} of {url} is not known. {NEEDED}")
    return Target(url, app_id, master_key)


def _listed(file: Path) -> dict[str, dict[str, str]]:
    """The servers of the file by name. Raises MistakeError for a file that is broken, or that others may read."""
    if not file.is_file():
        return {}
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise MistakeError(f"{file} holds keys, but others can read it. Run: chmod 600 {file}")
    found = _read(file)
    if not all(isinstance(entry, dict) and isinstance(entry.get("url"), str) for entry in found.values()):
        raise MistakeError(f'{file}: every server needs a "url"')
    return {name: {key: str(value) for key, value in entry.items()} for name, entry in found.items()}


def _local(folder: Path) -> dict[str, str]:
    """The server that `parsepy serve` starts in this folder."""
    if (folder / CONFIG_FILE).is_file():
        found = _read(folder / CONFIG_FILE)
        shown = {
            "url": found.get("serverURL", LOCAL_URL),
            "appId": found.get("appId"),
            "masterKey": found.get("masterKey"),
        }
    elif (folder / KEYS_FILE).is_file():
        shown = {"url": LOCAL_URL, **_read(folder / KEYS_FILE)}
    else:
        return {}
    return {key: value for key, value in shown.items() if isinstance(value, str)}


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise MistakeError(f"{file} cannot be read: {exc}") from exc
    if not isinstance(found, dict):
        raise MistakeError(f"{file} must hold a JSON object")
    return found


def _entry(listed: Mapping[str, dict[str, str]], named: str) -> dict[str, str] | None:
    """The server of that name, or else of that URL."""
    return listed.get(named) or next((entry for entry in listed.values() if _same(entry["url"], named)), None)


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def _checked(url: str) -> str:
    """Raises MistakeError for what is no URL of a server."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise MistakeError(f"{url}: must be a URL such as https://example.com/parse")
    return url.rstrip("/")
