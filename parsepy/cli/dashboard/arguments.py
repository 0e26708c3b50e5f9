"""What `parsepy dashboard` is given: the original's flags and variables, and two commands beside."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from parsepy.settings.flags import kebab_case

EXAMPLES = """\
examples:
  parsepy dashboard                                     the app of the server that was started in this folder
  parsepy dashboard --config parse-dashboard-config.json
  parsepy dashboard --appId app --masterKey key --serverURL https://example.com/parse
  parsepy dashboard install                             get the dashboard's files from npm, once
  parsepy dashboard user                                make a user, for "users" in the configuration

Without users the dashboard is for this computer only.
`parsepy serve --dashboard` serves it beside the API, at /dashboard.
"""

SERVING: Mapping[str, tuple[str, str]] = {
    "host": ("HOST", "address to listen on; 0.0.0.0 by default"),
    "port": ("PORT", "port to listen on; 4040 by default"),
    "sslKey": ("PARSE_DASHBOARD_SSL_KEY", "file with the private key, to serve https"),
    "sslCert": ("PARSE_DASHBOARD_SSL_CERT", "file with the certificate"),
}
REACHING: Mapping[str, tuple[str, str]] = {
    "mountPath": ("MOUNT_PATH", "path of the dashboard; / by default"),
    "allowInsecureHTTP": ("PARSE_DASHBOARD_ALLOW_INSECURE_HTTP", "users may log in from elsewhere without https"),
    "trustProxy": (
        "PARSE_DASHBOARD_TRUST_PROXY",
        "proxies in front that tell address and scheme: true, how many, or which",
    ),
    "cookieSessionSecret": ("PARSE_DASHBOARD_COOKIE_SESSION_SECRET", "what signs the sessions"),
    "cookieSessionMaxAge": ("PARSE_DASHBOARD_COOKIE_SESSION_MAX_AGE", "seconds after which users log in again"),
}
APP: Mapping[str, tuple[str, str]] = {
    "appId": ("PARSE_DASHBOARD_APP_ID", "id of the app"),
    "masterKey": ("PARSE_DASHBOARD_MASTER_KEY", "its master key; others on this computer see flags, but not variables"),
    "serverURL": ("PARSE_DASHBOARD_SERVER_URL", "where its server is"),
    "appName": ("PARSE_DASHBOARD_APP_NAME", "its name; the id by default"),
    "graphQLServerURL": ("PARSE_DASHBOARD_GRAPHQL_SERVER_URL", "where its GraphQL is"),
}
USER: Mapping[str, tuple[str, str]] = {
    "userId": ("PARSE_DASHBOARD_USER_ID", "name of a user who may log in, beside an app given by flags"),
    "userPassword": ("PARSE_DASHBOARD_USER_PASSWORD", "the user's password"),
}
SWITCHES = frozenset({"allowInsecureHTTP", "trustProxy"})
CONFIG_VARIABLE = "PARSE_DASHBOARD_CONFIG"
IGNORED_VARIABLES = ("PARSE_DASHBOARD_AGENT", "PARSE_DASHBOARD_BROWSER_CONTROL")
"""What the original reads for parts of it that are not served here."""


def parser() -> argparse.ArgumentParser:
    """The parser; `command` is None when the dashboard is to be served."""
    made = argparse.ArgumentParser(
        prog="parsepy dashboard",
        description="Serve the Parse Dashboard for apps on this or other servers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_serving(made)
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    install = commands.add_parser("install", help="get the dashboard's files from npm, once", allow_abbrev=False)
    install.add_argument("--to", type=Path, metavar="DIR", help="where; the user's cache by default")
    install.add_argument(
        "--from", dest="tarball", type=Path, metavar="FILE", help="a tarball that you fetched yourself"
    )
    user = commands.add_parser("user", help="make a user, for the configuration", allow_abbrev=False)
    user.add_argument("--mfa", action="store_true", help="only one-time codes, for a user who is there already")
    return made


def _add_serving(made: argparse.ArgumentParser) -> None:
    made.add_argument("--config", metavar="FILE", help="a parse-dashboard-config.json")
    for title, flags in (("app", APP), ("user", USER), ("address", SERVING), ("reach", REACHING)):
        group = made.add_argument_group(title)
        for name, (variable, text) in flags.items():
            group.add_argument(
                *dict.fromkeys((f"--{name}", f"--{kebab_case(name)}")),
                dest=name,
                metavar="VALUE",
                nargs="?" if name in SWITCHES else None,
                const="true" if name in SWITCHES else None,
                help=f"{text}. Variable: {variable}" if variable else text,
            )
    made.add_argument(
        "--dev", action="store_true", help="without users and https anybody gets in: for development only"
    )
    made.add_argument("--createUser", dest="creates", action="store_const", const="user", help="as `user`")
    made.add_argument("--createMFA", dest="creates", action="store_const", const="mfa", help="as `user --mfa`")
