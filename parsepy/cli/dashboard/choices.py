"""What `parsepy dashboard` serves, and where: flags, then the environment, then a file, as with the original."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parsepy.cli import first_start
from parsepy.cli.dashboard import warnings
from parsepy.cli.dashboard.arguments import APP, CONFIG_VARIABLE, IGNORED_VARIABLES, REACHING, SERVING, USER
from parsepy.dashboard.config import Dashboard
from parsepy.dashboard.config_fields import Fields, Notes
from parsepy.dashboard.config_file import Described, read
from parsepy.settings import InvalidError, Mistake, Notice, SettingsError, read_file
from parsepy.settings.kinds import STRING, number, read_object

EVERYWHERE = "0.0.0.0"  # noqa: S104 - the original's default; without users only this computer gets in
PORT = 4040
API_URL = "http://127.0.0.1:1337/parse"
NEEDED = ("appId", "masterKey", "serverURL")
CONFIG = "flag --config"


@dataclass(frozen=True)
class Choice:
    """A dashboard, the address to serve it at, and what its owner should know."""

    dashboard: Dashboard
    host: str
    port: int
    tls: ssl.SSLContext | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Found:
    """The values that were given for some names, and where each came from."""

    values: Mapping[str, object]
    sources: Mapping[str, str]


def made(flags: Mapping[str, str | None], environ: Mapping[str, str], *, is_dev: bool = False) -> Choice:
    """What the flags and the environment say. Raises SettingsError with every mistake."""
    notes = Notes()
    serving = _found(SERVING, flags, environ)
    address = Fields(serving.values, "", notes, sources=serving.sources)
    host = address.read("host", STRING, EVERYWHERE)
    port = address.read("port", number(0, 65535), PORT)
    tls = _tls(address)
    described = _described(flags, environ)
    try:
        found = read(replace(described, is_dev=is_dev))
    except SettingsError as exc:
        raise SettingsError([*notes.mistakes, *exc.mistakes]) from exc
    notes.raise_mistakes()
    ignored = (Notice(name, "is not served here.") for name in IGNORED_VARIABLES if environ.get(name))
    notices = (*warnings.of_address(found.dashboard, host), *found.notices, *ignored)
    return Choice(found.dashboard, host, port, tls, notices)


def _found(names: Mapping[str, tuple[str, str]], flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Found:
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for name, (variable, _) in names.items():
        text = flags.get(name) or environ.get(variable)
        if text:
            values[name] = text
            sources[name] = f"flag --{name}" if flags.get(name) else f"environment {variable}"
    return Found(values, sources)


def _described(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Described:
    """The dashboard, with what flags and environment say of reaching it above what its file says."""
    reaching = _found(REACHING, flags, environ)
    values, source, folder = _whole(flags, environ)
    return Described({**values, **reaching.values}, source, reaching.sources, folder)


def _whole(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[Mapping[str, object], str, Path]:
    """The configuration with its apps: what it says, where it stands, and what its paths are relative to."""
    config = flags.get("config")
    if config or environ.get(CONFIG_VARIABLE):
        _refuse_beside([name for name in (*APP, *USER) if flags.get(name)], CONFIG if config else CONFIG_VARIABLE)
    if config:
        return read_file(Path(config)), f"file {config}", Path(config).parent
    if text := environ.get(CONFIG_VARIABLE):
        return _parsed(text), f"environment {CONFIG_VARIABLE}", Path()
    found = _found(APP, flags, environ)
    if found.values:
        return _one_app(found, _found(USER, flags, environ)), "flags and environment", Path()
    return _app_of_this_folder(_found(USER, flags, environ)), f"file {first_start.FOLDER}/keys.json", Path()


def _refuse_beside(names: Iterable[str], other: str) -> None:
    mistakes = [
        Mistake(f"--{name}", "flag", f"cannot be combined with {other}", "Give either, not both") for name in names
    ]
    if mistakes:
        raise SettingsError(mistakes)


def _parsed(text: str) -> Mapping[str, object]:
    try:
        return read_object(text)
    except InvalidError as exc:
        raise SettingsError([Mistake("configuration", f"environment {CONFIG_VARIABLE}", exc.problem, exc.fix)]) from exc


def _one_app(app: Found, user: Found) -> Mapping[str, object]:
    """Raises SettingsError for each part of the app that is missing."""
    mistakes = [
        Mistake(name, "not given", "is missing", f"Add --{name}, or the variable {APP[name][0]}")
        for name in NEEDED
        if name not in app.values
    ]
    if mistakes:
        raise SettingsError(mistakes)
    return {"apps": [dict(app.values)], **_users(user)}


def _users(user: Found) -> Mapping[str, object]:
    if not user.values:
        return {}
    return {"users": [{"user": user.values.get("userId"), "pass": user.values.get("userPassword")}]}


def _app_of_this_folder(user: Found) -> Mapping[str, object]:
    """The app that `parsepy serve` made here at its first start. Raises SettingsError if there is none."""
    path = first_start.FOLDER / first_start.KEYS_FILE
    if not path.is_file():
        fix = "Give --config, or --appId, --masterKey and --serverURL; or start `parsepy serve` in this folder first"
        raise SettingsError([Mistake("apps", "not given", "are missing", fix)])
    keys = first_start.prepare()
    app = {"appId": keys.app_id, "masterKey": keys.master_key, "serverURL": API_URL}
    return {"apps": [app], **_users(user)}


def _tls(address: Fields) -> ssl.SSLContext | None:
    key, cert = (address.read(name, STRING, "") for name in ("sslKey", "sslCert"))
    for name, has_it, has_other in (("sslKey", key, cert), ("sslCert", cert, key)):
        if has_other and not has_it:
            address.refuse(name, "is missing", "https needs sslKey and sslCert")
    if not (key and cert):
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key, password=lambda: "")
    except OSError as exc:
        reason = exc.strerror or exc.args[-1]
        address.refuse("sslCert", f"cannot be used with the key ({reason})", "Name PEM files that belong together")
    return context
