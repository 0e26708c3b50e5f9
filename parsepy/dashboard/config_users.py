"""The users of a dashboard's configuration."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from parsepy.dashboard.config import DashboardApp, DashboardUser, Mfa
from parsepy.dashboard.config_fields import Fields
from parsepy.settings import InvalidError
from parsepy.settings.kinds import BOOL, STRING, Kind, choice, number, read_string

BCRYPT = re.compile(r"\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}")
ALGORITHMS = ("SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512")
KNOWN = ("user", "pass", "mfa", "mfaDigits", "mfaAlgorithm", "mfaPeriod", "readOnly", "apps")
LEAST_DIGITS, MOST_DIGITS = 6, 10


def _read_secret(value: object) -> str:
    """A secret in base32, in capitals and without what people put in between."""
    text = read_string(value).replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        found = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        found = b""
    if not found:
        raise InvalidError("is no secret in base32", "Make one with `parsepy dashboard user`")
    return text


SECRET = Kind("string", _read_secret)


def read_users(
    entries: Sequence[Fields], apps: Sequence[DashboardApp], *, has_hashed_passwords: bool
) -> tuple[DashboardUser, ...]:
    """The users; those that may only read need apps with a key for that."""
    users = tuple(_user(entry, has_hashed_passwords=has_hashed_passwords) for entry in entries)
    seen: set[str] = set()
    for entry, user in zip(entries, users, strict=True):
        if user.name and user.name in seen:
            entry.refuse("user", "is the name of another user", "Give every user a name")
        seen.add(user.name)
        _check_apps(entry, user, apps)
    return users


def _user(entry: Fields, *, has_hashed_passwords: bool) -> DashboardUser:
    entry.remark_unknown(KNOWN)
    name = entry.need("user", STRING, "Every user has a name")
    password = entry.need("pass", STRING, "Every user has a password")
    is_hash = BCRYPT.fullmatch(password) is not None
    if password and has_hashed_passwords and not is_hash:
        entry.refuse(
            "pass", "is no bcrypt hash, and useEncryptedPasswords says so", "Make one with `parsepy dashboard user`"
        )
    if is_hash and not has_hashed_passwords:
        entry.remark("pass", "looks like a bcrypt hash; only with useEncryptedPasswords it is taken for one.")
    is_read_only = entry.read("readOnly", BOOL, default=False)
    return DashboardUser(name, password, _mfa(entry), is_read_only, _apps(entry))


def _mfa(entry: Fields) -> Mfa | None:
    secret = entry.read("mfa", SECRET, "")
    digits = entry.read("mfaDigits", number(LEAST_DIGITS, MOST_DIGITS), 6)
    algorithm = entry.read("mfaAlgorithm", choice(*ALGORITHMS), "SHA1")
    period = entry.read("mfaPeriod", number(1), 30)
    return Mfa(secret, digits, algorithm, period) if secret else None


def _apps(entry: Fields) -> dict[str, bool] | None:
    if entry.values.get("apps") is None:
        return None
    return {
        app.need("appId", STRING, "Name an app"): app.read("readOnly", BOOL, default=False)
        for app in entry.objects("apps")
    }


def _check_apps(entry: Fields, user: DashboardUser, apps: Sequence[DashboardApp]) -> None:
    ids = {app.app_id for app in apps}
    for app_id in user.apps or ():
        if app_id and app_id not in ids:
            entry.remark("apps", f'there is no app "{app_id}".')
    for app in apps:
        is_seen = user.apps is None or app.app_id in user.apps
        is_read_only = user.is_read_only or (user.apps or {}).get(app.app_id, False)
        if app.app_id and is_seen and is_read_only and not app.read_only_master_key:
            entry.refuse(
                "readOnly",
                f'needs a readOnlyMasterKey, and the app "{app.app_id}" has none',
                "Give the app one, or leave it out of the user's apps",
            )
