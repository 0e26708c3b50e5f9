"""Pages that nothing in the configuration can break."""

from __future__ import annotations

import pytest

from parsepy.dashboard import pages

MOUNT = '/a"b</script><script>/'


@pytest.mark.parametrize(
    "page",
    [
        pages.index(MOUNT, "token", has_resource_cache=False),
        pages.login(MOUNT, "token", {"text": "</div><script>"}),
    ],
    ids=["index", "login"],
)
def test_a_mount_of_strange_letters_ends_no_element(page: str) -> None:
    assert page.count("<script") == 3
    assert 'a"b<' not in page


@pytest.mark.parametrize(("is_on", "found"), [(True, "true"), (False, "false")])
def test_the_index_says_whether_browsers_keep_the_files(is_on: bool, found: str) -> None:
    page = pages.index("/", "token", has_resource_cache=is_on)

    assert f"PARSE_DASHBOARD_ENABLE_RESOURCE_CACHE = {found};" in page


def test_the_log_in_page_says_what_went_wrong() -> None:
    assert '{"text": "Wrong"}' in pages.login("/", "token", {"text": "Wrong"})
