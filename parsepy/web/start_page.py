"""The page at `/`: says that the server runs and how to begin, and shows nothing that is secret."""

from __future__ import annotations

import html
from string import Template

from parsepy.version import __version__

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>parsepy is running</title>
<style>
  :root {
    color-scheme: light dark;
    --ink: #1b2733; --soft: #5a6b7b; --line: #dde3e9; --code: #f4f6f8; --good: #17803d; --link: #0b62c4;
  }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e6ebf0; --soft: #9aa9b8; --line: #2f3b47; --code: #1c252e; --good: #4cc377; --link: #7ab8ff; }
    body { background: #12181f; }
  }
  body { margin: 0; color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
  main { max-width: 42rem; margin: 0 auto; padding: 4rem 1.5rem; }
  h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
  h2 { margin: 2.5rem 0 0.5rem; font-size: 1.05rem; }
  .status { display: inline-flex; align-items: center; gap: 0.5rem; margin: 0 0 1rem; color: var(--good); font-weight: 600; }
  .status::before { content: ""; width: 0.6rem; height: 0.6rem; border-radius: 50%; background: currentColor; }
  p { margin: 0.5rem 0; }
  .soft { color: var(--soft); }
  .note { margin-top: 0.9rem; }
  code { font: 0.875em/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
  pre {
    margin: 0.5rem 0 0; padding: 1rem 1.1rem; overflow-x: auto;
    background: var(--code); border: 1px solid var(--line); border-radius: 8px;
  }
  a { color: var(--link); }
  ul { margin: 0.5rem 0; padding-left: 1.2rem; }
</style>
</head>
<body>
<main>
  <p class="status">Running</p>
  <h1>This is a Parse server.</h1>
  <p class="soft">parsepy $version, speaking the protocol of Parse Server at <code>$url</code></p>

$dashboard  <h2>From JavaScript</h2>
  <pre><code>import Parse from 'parse';

Parse.initialize('YOUR_APPLICATION_ID');
Parse.serverURL = '$url';

const score = new Parse.Object('GameScore');
await score.save({ playerName: 'Ann', score: 1337 });</code></pre>

  <h2>From a shell</h2>
  <pre><code>curl -H "X-Parse-Application-Id: YOUR_APPLICATION_ID" \\
  $url/classes/GameScore</code></pre>

  <p class="soft note">The application id stands in the terminal that started this server, or in its configuration.</p>

  <h2>Next</h2>
  <ul>
    <li><a href="https://docs.parseplatform.org/js/guide/">Guide to the JavaScript SDK</a></li>
    <li><a href="https://docs.parseplatform.org/">Guides to all other SDKs</a></li>
    <li><a href="https://docs.parseplatform.org/rest/guide/">Guide to the REST API</a></li>
    <li><a href="$mount/health">Health of this server</a></li>
  </ul>
</main>
</body>
</html>
""")


_DASHBOARD = Template("""\
  <p>Look at its data, and change them: <a href="$path">Parse Dashboard</a></p>

""")


def render(mount: str, origin: str, dashboard: str | None = None) -> bytes:
    """The page for somebody who reached the server at `origin` (scheme and host, as the browser sent it).

    `dashboard` is the path of the dashboard if there is one.
    """
    mount, origin = html.escape(mount.rstrip("/")), html.escape(origin)
    link = "" if dashboard is None else _DASHBOARD.substitute(path=html.escape(dashboard))
    return _PAGE.substitute(version=__version__, mount=mount, url=origin + mount, dashboard=link).encode()
