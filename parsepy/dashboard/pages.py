"""The pages around the dashboard's scripts, and the page for who may not see them."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from string import Template
from typing import Any

from parsepy.dashboard.origins import Refused

_FRAME = Template("""\
<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<link rel="shortcut icon" type="image/x-icon" href="${mount}favicon.ico">
<base href="$mount">
<script>
PARSE_DASHBOARD_PATH = $path;$settings
</script>
<title>Parse Dashboard</title>
</head>
<body>
<div id="$place"></div>$notice
<script id="csrf" type="application/json">$token</script>
<script src="${mount}bundles/$script"></script>
</body>
</html>
""")
_NOTICE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parse Dashboard</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; font: 16px/1.6 system-ui, sans-serif; }
  main { max-width: 38rem; margin: 0 auto; padding: 4rem 1.5rem; }
  h1 { font-size: 1.5rem; }
  code { font: 0.9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
</style>
</head>
<body>
<main>
<h1>Parse Dashboard</h1>
$lines
</main>
</body>
</html>
""")
NOT_INSTALLED = (
    "The files of the Parse Dashboard are not on this computer yet. Get them once with",
    "parsepy dashboard install",
)
EXPLAINED = {
    Refused.NEEDS_USERS: (
        "Without users it answers only in a browser on the computer that it runs on, at an address such as "
        "localhost or 127.0.0.1, and not through a proxy."
    ),
    Refused.NEEDS_HTTPS: (
        "Passwords and keys are not sent over a connection that others can read. If a proxy in front of this server "
        "speaks HTTPS, the option trustProxy lets it say so."
    ),
}
CSRF_FAILED = "CSRF token validation failed. Please refresh the page and try again."


def index(mount: str, token: str, *, has_resource_cache: bool) -> str:
    """The page that becomes the dashboard. `mount` ends with a slash; `token` is sent back by what it posts."""
    setting = f"\nPARSE_DASHBOARD_ENABLE_RESOURCE_CACHE = {json.dumps(has_resource_cache)};"
    return _framed(mount, token, place="browser_mount", script="dashboard.bundle.js", settings=setting)


def login(mount: str, token: str, error: Mapping[str, Any] | None) -> str:
    """The page that asks for name and password; `error` says why it does so again."""
    notice = "" if error is None else f'\n<div id="login_errors" style="display: none;">{_json(error)}</div>'
    return _framed(mount, token, place="login_mount", script="login.bundle.js", notice=notice)


def refusal(reason: Refused) -> str:
    """The page for who may not see the dashboard."""
    lines = (f"{reason}.", EXPLAINED[reason])
    return _NOTICE.substitute(lines="\n".join(f"<p>{html.escape(line)}</p>" for line in lines))


def not_installed() -> str:
    """The page in place of all others while the bundle is missing."""
    reason, command = NOT_INSTALLED
    return _NOTICE.substitute(lines=f"<p>{html.escape(reason)}</p>\n<p><code>{html.escape(command)}</code></p>")


def _framed(mount: str, token: str, *, place: str, script: str, settings: str = "", notice: str = "") -> str:
    return _FRAME.substitute(
        mount=html.escape(mount),
        path=_json(mount),
        settings=settings,
        place=place,
        notice=notice,
        token=_json(token),
        script=script,
    )


def _json(value: object) -> str:
    """The value as JSON that ends no element of the page."""
    return json.dumps(value).replace("<", "\\u003c").replace("&", "\\u0026")
