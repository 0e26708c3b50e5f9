"""What a start tells on the terminal."""

from __future__ import annotations

import socket

from parsepy.dashboard import bundle
from parsepy.settings import Settings
from parsepy.version import __version__

EVERY_INTERFACE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened on

NOT_INSTALLED = "to be installed once with: parsepy dashboard install"

SNIPPETS = """\
Try it with curl:

  curl -X POST \\
    -H "X-Parse-Application-Id: {app_id}" \\
    -H "Content-Type: application/json" \\
    -d '{{"playerName": "Ann", "score": 1337}}' \\
    {url}/classes/GameScore

Try it with JavaScript (npm install parse):

  const Parse = require('parse/node');
  Parse.initialize('{app_id}');
  Parse.serverURL = '{url}';
  const score = new Parse.Object('GameScore');
  score.save({{ playerName: 'Ann', score: 1337 }}).then(saved => console.log('saved', saved.id));
"""


def first_start(settings: Settings, url: str, *, lan_url: str | None, dashboard_url: str | None, keys_file: str) -> str:
    """The text of a start without configuration: addresses, keys, and what to try first."""
    lines = [f"parsepy {__version__} is running.", "", f"  URL             {url}"]
    if lan_url is not None:
        lines.append(f"  In your network {lan_url}")
    if dashboard_url is not None:
        lines.append(f"  Dashboard       {_dashboard(dashboard_url)}")
    lines += [
        f"  Application id  {settings.app_id}",
        f"  Master key      {settings.master_key}  (accepted from this computer only)",
        f"  Kept in         {keys_file}",
        "",
        SNIPPETS.format(app_id=settings.app_id, url=url),
    ]
    if settings.allow_client_class_creation:
        lines.append(
            "Clients may create classes by saving to them. To close that: parsepy serve --allowClientClassCreation false"
        )
    return "\n".join([*lines, ""])


def start(apps: tuple[Settings, ...], url: str) -> str:
    """The text of a start with a configuration; it holds no key."""
    ids = ", ".join(settings.app_id for settings in apps)
    return f"parsepy {__version__} serves {ids} at {url}\n"


def dashboard_start(url: str) -> str:
    """The line that tells where the dashboard is."""
    return f"The dashboard is at {_dashboard(url)}\n"


def _dashboard(url: str) -> str:
    return url if bundle.find() is not None else f"{url}  ({NOT_INSTALLED})"


def live_start(apps: tuple[Settings, ...], url: str) -> str:
    """The text of a start that serves live connections and nothing else."""
    ids = ", ".join(settings.app_id for settings in apps)
    return f"parsepy {__version__} serves live queries of {ids} at {url}\n"


def local_url(host: str, port: int, mount: str, *, scheme: str = "http") -> str:
    """The URL for programs on this computer."""
    name = "127.0.0.1" if host in EVERY_INTERFACE else host
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}{mount}"


def live_url(host: str, port: int, mount: str) -> str:
    """The URL of live connections for programs on this computer."""
    return local_url(host, port, mount).replace("http", "ws", 1)


def lan_url(host: str, port: int, mount: str) -> str | None:
    """The URL for other computers, if the server listens to them and there is a network."""
    if host not in EVERY_INTERFACE:
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket sends nothing; it only picks the interface.
            probe.connect(("10.254.254.254", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else f"http://{address}:{port}{mount}"
