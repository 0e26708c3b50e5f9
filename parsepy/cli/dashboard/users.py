"""Makes users of the dashboard: an entry for the configuration, with a hash of the password and a secret for codes."""

from __future__ import annotations

import base64
import getpass
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import bcrypt

from parsepy.dashboard.config_users import ALGORITHMS, MOST_DIGITS
from parsepy.settings import InvalidError
from parsepy.settings.kinds import choice, number

MOST_PASSWORD_BYTES = 72
"""What bcrypt takes; it would leave out the rest in silence."""
COST = 12
SECRET_BYTES = 20
GENERATED_BYTES = 15
APP = "Parse Dashboard"


@dataclass(frozen=True)
class Terminal:
    """Asks the user. Questions go to the error output, so that the entry can be piped."""

    ask: Callable[[str], str]
    ask_secretly: Callable[[str], str]
    tell: Callable[[str], None]


class NoAnswerError(Exception):
    """The input ended before all was answered, or an answer cannot be used."""


def terminal() -> Terminal:
    """The user's; passwords are not shown while they are typed."""
    return Terminal(_ask, getpass.getpass if sys.stdin.isatty() else _ask, _tell)


def make_user(with_: Terminal) -> str:
    """The entry of a new user, as a line of JSON; how to go on is told beside it. Raises NoAnswerError."""
    name = _needed(with_, "Name of the user: ")
    password = _password(with_)
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()
    entry: dict[str, object] = {"user": name, "pass": hashed}
    if with_.ask("One-time codes of an authenticator app too? [y/N] ").strip().lower() in {"y", "yes"}:
        entry |= _codes(with_, name)
    with_.tell('Add this to "users" in the configuration of the dashboard, with "useEncryptedPasswords": true there:')
    return json.dumps(entry)


def make_codes(with_: Terminal) -> str:
    """What one-time codes add to the entry of a user, as a line of JSON. Raises NoAnswerError."""
    added = _codes(with_, _needed(with_, "Name of the user who is to use one-time codes: "))
    with_.tell('Add this to the user\'s entry in "users":')
    return json.dumps(added)


def address(secret: str, user: str, app: str, options: Mapping[str, object]) -> str:
    """What authenticator apps read: an otpauth:// address."""
    given = {"mfaAlgorithm": "SHA1", "mfaDigits": 6, "mfaPeriod": 30, **options}
    query = {
        "secret": secret,
        "issuer": app,
        "algorithm": given["mfaAlgorithm"],
        "digits": given["mfaDigits"],
        "period": given["mfaPeriod"],
    }
    return f"otpauth://totp/{quote(app)}:{quote(user)}?{urlencode(query, quote_via=quote)}"


def _codes(with_: Terminal, user: str) -> dict[str, object]:
    """A new secret, shown for the user's authenticator app; only what differs from the usual stands beside it."""
    app = with_.ask(f"Name to show in the authenticator app [{APP}]: ").strip() or APP
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    asked: dict[str, tuple[object, object]] = {
        "mfaAlgorithm": (
            _chosen(with_, "Hash, of which many apps know SHA1 only", choice(*ALGORITHMS).read, "SHA1"),
            "SHA1",
        ),
        "mfaDigits": (_chosen(with_, "Digits of a code", number(1, MOST_DIGITS).read, 6), 6),
        "mfaPeriod": (_chosen(with_, "Seconds for which a code counts", number(1).read, 30), 30),
    }
    options = {name: chosen for name, (chosen, usual) in asked.items() if chosen != usual}
    with_.tell(
        f"\nFor the authenticator app, as the address of an account or as its secret:\n\n  {address(secret, user, app, options)}"
    )
    with_.tell(f"\n  {secret}\n\nKeep neither elsewhere.\n")
    return {"mfa": secret, **options}


def _chosen(with_: Terminal, question: str, read: Callable[[object], object], usual: object) -> object:
    given = with_.ask(f"{question} [{usual}]: ").strip()
    try:
        return read(given) if given else usual
    except InvalidError as exc:
        raise NoAnswerError(f"This {exc.problem}.") from exc


def _password(with_: Terminal) -> str:
    """A password that was typed twice the same; one is made for who types none."""
    given = with_.ask_secretly("Password (empty to have one made): ")
    if not given:
        made = base64.urlsafe_b64encode(secrets.token_bytes(GENERATED_BYTES)).decode()
        with_.tell(f"The password is {made}")
        return made
    if len(given.encode()) > MOST_PASSWORD_BYTES or "\0" in given:
        raise NoAnswerError(f"A password has at most {MOST_PASSWORD_BYTES} bytes.")
    if with_.ask_secretly("The same again: ") != given:
        raise NoAnswerError("These are two different passwords.")
    return given


def _needed(with_: Terminal, question: str) -> str:
    given = with_.ask(question).strip()
    if not given:
        raise NoAnswerError("A user needs a name.")
    return given


def _ask(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise NoAnswerError("The input has ended.")
    return line.rstrip("\r\n")


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
