"""After the log-in nobody ends up elsewhere."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from parsepy.dashboard.redirects import onward, to_login, wanted

BASE = "https://dash.example"


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "///evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/%0a/x",
        "\x00//evil.example",
        "/ /evil.example",
        "..//evil.example",
        "/\udcff//evil.example",
    ],
)
@pytest.mark.parametrize("mount", ["/", "/dashboard/"])
def test_no_page_leads_to_another_host(mount: str, page: str) -> None:
    location = onward(mount, page)

    # Browsers take backslashes for slashes, and leave out line ends and tabs.
    assert location.isascii()
    assert location.isprintable()
    assert urljoin(BASE, location.replace("\\", "/")).startswith(f"{BASE}/")


@pytest.mark.parametrize(
    ("page", "location"),
    [
        ("", "/dashboard/apps"),
        ("/", "/dashboard/"),
        ("/apps/a", "/dashboard/apps/a"),
        ("apps/a?x=1&y=%20", "/dashboard/apps/a?x=1&y=%20"),
        ("/apps/my app/ä", "/dashboard/apps/my%20app/%C3%A4"),
        ("//evil.example", "/dashboard/apps"),
    ],
)
def test_pages_of_the_dashboard_are_reached(page: str, location: str) -> None:
    assert onward("/dashboard/", page) == location


@pytest.mark.parametrize("page", ["/apps/a?x=1&y=%20", "/apps/my%20app", "/apps/ä#b"])
def test_the_page_survives_the_way_over_the_login(page: str) -> None:
    assert wanted(to_login("/", page).partition("?")[2]) == page


def test_too_many_parameters_lead_nowhere() -> None:
    assert wanted("redirect=a&" * 1000) == ""
