"""What the commands of `parsepy cloud` are given."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

EXAMPLES = """\
examples:
  parsepy cloud init                              write cloud/main.py, a test and requirements.txt
  parsepy cloud deploy --to https://example.com/parse
  parsepy cloud deploy --to production            a server of .parsepy/servers.json
  parsepy cloud releases                          what was deployed to the server of this folder
  parsepy cloud rollback                          back to the release before
  parsepy cloud logs --follow
  parsepy cloud run hello name=Ann
  parsepy cloud promote --from staging --to production

Keys come from --app-id and --master-key, the variables PARSE_SERVER_APPLICATION_ID and PARSE_SERVER_MASTER_KEY,
.parsepy/servers.json, or for the server of this folder from its parsepy.json or .parsepy/keys.json.
"""


def parser() -> argparse.ArgumentParser:
    """The parser; `command` is the command's name."""
    made = argparse.ArgumentParser(
        prog="parsepy cloud",
        description="Write, deploy, follow and call cloud code.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="write cloud code, a test and requirements.txt", allow_abbrev=False)
    init.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="where; here by default")
    deploy = _command(commands, "deploy", "bring cloud code to a server")
    deploy.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="the code; cloud by default")
    _add_release_options(deploy)
    _command(commands, "releases", "list what was deployed")
    rollback = _command(commands, "rollback", "bring an older release back")
    rollback.add_argument("release", nargs="?", metavar="ID", help="the one before the active one by default")
    _add_timeout(rollback)
    logs = _command(commands, "logs", "show the log of the server")
    logs.add_argument("--follow", action="store_true", help="go on as it grows, until Ctrl-C")
    run = _command(commands, "run", "call a function, with the master key")
    run.add_argument("function", metavar="FUNCTION")
    run.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="or all parameters as one JSON object")
    run.add_argument("--session", metavar="TOKEN", help="call it as the user of this session instead")
    _add_promote(commands)
    return made


def _add_promote(commands: Any) -> None:
    promote = _command(commands, "promote", "bring a release of one server to another", needs_server=True)
    promote.add_argument("release", nargs="?", metavar="ID", help="the active one by default")
    promote.add_argument("--from", dest="source", required=True, metavar="URL", help="where it is")
    promote.add_argument("--from-app-id", metavar="ID", help="if it differs from --app-id")
    promote.add_argument("--from-master-key", metavar="KEY", help="if it differs from --master-key")
    _add_release_options(promote)


def _command(commands: Any, name: str, text: str, *, needs_server: bool = False) -> argparse.ArgumentParser:
    """A command that speaks to a server."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    made.add_argument(
        "--to", required=needs_server, metavar="URL", help="the server, or its name in .parsepy/servers.json"
    )
    made.add_argument("--app-id", metavar="ID")
    made.add_argument(
        "--master-key", metavar="KEY", help="other users of this computer can see it; a variable hides it"
    )
    return made


def _add_release_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--note", default="", help="what is new, for the list of releases")
    _add_timeout(command)


def _add_timeout(command: argparse.ArgumentParser) -> None:
    command.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS", help="how long to wait; 600")
