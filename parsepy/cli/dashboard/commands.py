"""The commands of `parsepy dashboard`, and how their failures are told."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from parsepy.cli.dashboard import arguments, choices, standalone, users
from parsepy.dashboard import bundle, install
from parsepy.settings import Mistake, SettingsError
from parsepy.web.listening import PortBusyError

FAILURE = 1
MISTAKE = 2
INTERRUPTED = 130


def main(given: Sequence[str]) -> int:
    """Run `parsepy dashboard` with these arguments; gives the exit code: 0, 1 for a failure, 2 for a mistake."""
    parsed, unknown = arguments.parser().parse_known_args(given)
    try:
        if unknown:
            raise SettingsError(
                Mistake(word, "flag", "is not an argument", "See parsepy dashboard --help") for word in unknown
            )
        return _run(parsed)
    except (SettingsError, users.NoAnswerError) as exc:
        return _tell(exc, MISTAKE)
    except (install.InstallError, PortBusyError) as exc:
        return _tell(exc, FAILURE)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(parsed: argparse.Namespace) -> int:
    match parsed.command or parsed.creates:
        case "install":
            sys.stdout.write(f"{_installed(parsed.to, parsed.tarball)}\n")
        case "user" if not getattr(parsed, "mfa", False):
            sys.stdout.write(f"{users.make_user(users.terminal())}\n")
        case "user" | "mfa":
            sys.stdout.write(f"{users.make_codes(users.terminal())}\n")
        case _:
            standalone.run(choices.made(vars(parsed), os.environ, is_dev=parsed.dev))
    return 0


def _installed(to: Path | None, tarball: Path | None) -> str:
    """Install the dashboard unless it is there; gives the line that tells where it is."""
    present = bundle.find() if to is None else bundle.found_in(to)
    if present is not None and tarball is None:
        return f"Parse Dashboard {bundle.VERSION} is installed in {present}"
    data = install.fetch() if tarball is None else install.read(tarball)
    return f"Parse Dashboard {bundle.VERSION} is now installed in {install.install(data, to or install.place())}"


def _tell(exc: Exception, code: int) -> int:
    sys.stderr.write(f"{exc}\n")
    return code
