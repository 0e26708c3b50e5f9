"""A start without configuration: a folder of its own with keys, data and files."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parsepy.settings import Mistake, SettingsError

FOLDER = Path(".parsepy")
KEYS_FILE = "keys.json"
CLOUD_CODE = Path("cloud/main.py")
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Keys:
    """What clients (the id) and tools (the key) send."""

    app_id: str
    master_key: str


def prepare(folder: Path = FOLDER) -> Keys:
    """Make the folder at the first start; gives its keys. Raises SettingsError if the keys cannot be read."""
    make_folder(folder)
    path = folder / KEYS_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        return _stored(path)
    keys = Keys(f"app-{secrets.token_hex(8)}", secrets.token_urlsafe(24))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps({"appId": keys.app_id, "masterKey": keys.master_key}, indent=2) + "\n")
    return keys


def make_folder(folder: Path) -> None:
    """Make the folder if it is not there: for its owner only, and ignored by Git."""
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def _stored(path: Path) -> Keys:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(found["appId"], found["masterKey"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        problem = Mistake(
            "keys", f"file {path}", "does not hold appId and masterKey", "Repair it, or delete it for new keys"
        )
        raise SettingsError([problem]) from exc
    path.chmod(OWNER_ONLY)
    return keys


def defaults(keys: Keys, folder: Path = FOLDER) -> Mapping[str, object]:
    """The settings of such a start, by wire name; flags and environment win over them."""
    chosen: dict[str, object] = {
        "appId": keys.app_id,
        "masterKey": keys.master_key,
        "databaseURI": f"sqlite:///./{folder.as_posix()}/data.db",
        "filesFolder": f"./{folder.as_posix()}/files",
        "logsFolder": f"./{folder.as_posix()}/logs",
        "allowClientClassCreation": True,
        "dashboard": True,
        "startLiveQueryServer": True,
        "liveQuery": {"classNames": [".*"]},
        "serverURL": "http://127.0.0.1:1337/parse",
    }
    if CLOUD_CODE.is_file():
        chosen["cloud"] = CLOUD_CODE.as_posix()
    return chosen
