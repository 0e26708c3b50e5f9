"""Where a visitor goes on to after the log-in: pages of this dashboard, nothing else."""

from __future__ import annotations

from urllib.parse import parse_qs, quote

FIRST_PAGE = "apps"
_KEPT = "/?&=#%:@!$'()*+,;~[]|^"
_LEADING = "/\\" + "".join(map(chr, range(0x21)))
"""What browsers take for slashes or leave out: before the rest it could make a host of it."""


def is_inside(page: str) -> bool:
    """Whether it names a path, and no other host."""
    return bool(page) and "://" not in page and not page.startswith("//")


def wanted(query: str) -> str:
    """What the query of the log-in page says to come after it; empty if nothing."""
    try:
        return parse_qs(query, max_num_fields=20).get("redirect", [""])[0]
    except ValueError:
        return ""


def onward(mount: str, page: str) -> str:
    """The location of that page, or of the first one."""
    return mount + (encoded(page.lstrip(_LEADING)) if is_inside(page) else FIRST_PAGE)


def to_login(mount: str, page: str = "") -> str:
    """The location of the log-in page that leads to that page afterwards."""
    return f"{mount}login?redirect={quote(page, safe='/', errors='replace')}" if is_inside(page) else f"{mount}login"


def encoded(text: str) -> str:
    """The text as a location may have it; what is encoded already stays as it is."""
    return quote(text, safe=_KEPT, errors="replace")
