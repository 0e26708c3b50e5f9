"""The commands: their arguments, their help, and how mistakes are told."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from parsepy.adapters.storage.base import StorageError
from parsepy.cli import init, live_plan, plan, seat, supervisor
from parsepy.cli.releases import placed
from parsepy.cloud.loader import LoadError
from parsepy.settings import SettingsError
from parsepy.settings.flags import add_arguments, flags_from, normalised, unknown_flag
from parsepy.settings.table import markdown_table
from parsepy.version import __version__
from parsepy.web.listening import PortBusyError

MISTAKE = 2
FAILURE = 1

EXAMPLES = """\
examples:
  parsepy serve                         start at once: data, keys and files in ./.parsepy/
  parsepy serve config.json             start with the options of a Parse Server configuration
  parsepy serve --port 8080 --watch     another port; load cloud code again when it changes
  parsepy serve --host 127.0.0.1        listen for this computer only
  parsepy init my-app                   write a configuration, cloud code and a test to begin with
  parsepy cloud --help                  write, deploy, follow and call cloud code
  parsepy dashboard install             get the Parse Dashboard, once
  parsepy livequery config.json         serve live queries alone, beside other servers
  parsepy routes                        list every route and what it needs
  parsepy settings                      print the table of all options
"""

SERVE_EXAMPLES = """\
examples:
  parsepy serve
  parsepy serve config.json --port 8080
  parsepy serve config.json --watch
  parsepy serve config.json --cluster 4
  PARSE_SERVER_APPLICATION_ID=app PARSE_SERVER_MASTER_KEY=key PARSE_SERVER_URL=http://127.0.0.1:1337/parse parsepy serve

A flag wins over its environment variable, the variable over the configuration file.
Without CONFIG, ./parsepy.json is used if it is there.
"""


LIVE_EXAMPLES = """\
examples:
  parsepy livequery config.json                 the same configuration as `parsepy serve`
  parsepy livequery config.json --port 1338     another port than liveQueryServerOptions.port
  parsepy livequery config.json --cluster 4

The options are those of `parsepy serve`. The database is that of the servers that make the changes; jobs and HTTP requests
are left to them. Needs `liveQueryServerOptions.redisURL` or `liveQuery.redisURL`.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, 1 for a failure, 2 for a mistake in arguments or settings."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["cloud"]:
        return int(_late("parsepy.cli.cloud").main(given[1:]))
    if given[:1] == ["dashboard"]:
        return int(_late("parsepy.cli.dashboard.commands").main(given[1:]))
    parsed, unknown = _parser().parse_known_args(normalised(given))
    try:
        if unknown:
            raise SettingsError(unknown_flag(argument) for argument in unknown)
        return _run(parsed, _command(arguments))
    except (SettingsError, LoadError, init.ExistsError) as exc:
        return _tell(exc, MISTAKE)
    except (PortBusyError, StorageError) as exc:
        return _tell(exc, FAILURE)


def _tell(exc: Exception, code: int) -> int:
    sys.stderr.write(f"{exc}\n")
    return code


def _command(arguments: Sequence[str] | None) -> list[str]:
    """How this program was called: with that its workers are started."""
    if arguments is None:
        return [sys.executable, *sys.orig_argv[1:]]
    return [sys.executable, "-m", "parsepy", *arguments]


def _run(parsed: argparse.Namespace, command: Sequence[str]) -> int:
    match parsed.command:
        case "serve" | "livequery":
            return _serve(parsed, command)
        case "init":
            sys.stdout.write(init.write(parsed.folder))
        case "routes":
            sys.stdout.write(routes_table())
        case _:
            sys.stdout.write(markdown_table())
    return 0


def _serve(parsed: argparse.Namespace, command: Sequence[str]) -> int:
    """Serve alone, as a worker, or as the supervisor of workers."""
    flags, watch = flags_from(parsed), parsed.watch
    planned = live_plan.make if parsed.command == "livequery" else plan.make
    if parsed.worker is not None:
        taken = seat.taken(parsed.worker)
        sockets = {"listener": taken.listener, "live_listener": taken.live}
        made = planned(parsed.config, flags, os.environ, watch=watch, **sockets)
        _late("parsepy.cli.serve").run(placed.applied(made, parsed.releases), taken)
        return 0
    if parsed.probe:
        with socket.socket() as nowhere:
            made = planned(parsed.config, flags, os.environ, watch=False, listener=nowhere)
            asyncio.run(_late("parsepy.cli.activation").probe(placed.applied(made, parsed.releases)))
        return 0
    made = planned(parsed.config, flags, os.environ, watch=watch)
    if made.is_supervised:
        return supervisor.run(
            made, command, _late("parsepy.cli.activation").Activations if made.is_deployable else None
        )
    _late("parsepy.cli.serve").run(made)
    return 0


def _late(module: str) -> ModuleType:
    """A module that takes long to import: who supervises workers, or only tells something, does not wait for it."""
    return import_module(module)


def routes_table() -> str:
    """Every route with what a caller must show, one a line."""
    routes = _late("parsepy.api.routes").new_router().routes
    lines = [f"{route.method:<7} {route.path:<40} {route.need}" for route in routes]
    return "\n".join(sorted(lines, key=lambda line: line.split()[1])) + "\n"


def _add_serving(serving: argparse.ArgumentParser) -> None:
    """The arguments of a command that serves."""
    serving.add_argument("config", nargs="?", type=Path, metavar="CONFIG", help="a JSON file with options")
    serving.add_argument("--watch", action="store_true", help="load cloud code again when its files change")
    for internal in ("--worker", placed.FLAG):
        serving.add_argument(internal, help=argparse.SUPPRESS)
    serving.add_argument(placed.PROBE, action="store_true", help=argparse.SUPPRESS)
    add_arguments(serving)


def _told(description: str, examples: str) -> dict[str, Any]:
    """What the help of a command says."""
    shape = argparse.RawDescriptionHelpFormatter
    return {"description": description, "epilog": examples, "formatter_class": shape, "allow_abbrev": False}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parsepy",
        description="A Parse Server for Python.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"parsepy {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serving(commands.add_parser("serve", help="run the server", **_told("Run the server.", SERVE_EXAMPLES)))
    live = "Serve live queries and nothing else. Other servers make the changes, and tell of them over Redis."
    _add_serving(commands.add_parser("livequery", help="serve live queries alone", **_told(live, LIVE_EXAMPLES)))
    starting = commands.add_parser("init", help="write a configuration, cloud code and a test", allow_abbrev=False)
    starting.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="where; here by default"
    )
    commands.add_parser("cloud", help="write, deploy, follow and call cloud code", add_help=False)
    commands.add_parser("dashboard", help="install the Parse Dashboard, or serve it alone", add_help=False)
    commands.add_parser("routes", help="list every route", allow_abbrev=False)
    commands.add_parser("settings", help="print the table of all options as Markdown", allow_abbrev=False)
    return parser
