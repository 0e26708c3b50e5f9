"""Parse's errors: codes, statuses and what is kept from the client."""

from __future__ import annotations

import pytest

from parsepy.errors import ErrorCode, ParseError, http_status, known

# The codes that Parse Server answers with.
IN_USE = [
    -1, 1, *range(100, 109), 111, 112, 115, 116, 119, 121, 122, 123, 124, 125, 130, 132, 135, 136, 137, 139, 140, 141,
    142, 143, 152, 153, 155, 159, 160, 162, *range(200, 212), 250, 251, 252, 255, 600, 601, 602,
]  # fmt: skip


@pytest.mark.parametrize("code", IN_USE)
def test_every_code_in_use_has_a_name(code: int) -> None:
    assert ErrorCode(code) == code


@pytest.mark.parametrize(("code", "status"), [(101, 404), (1, 500), (119, 400), (-1, 400), (4711, 400)])
def test_a_code_decides_the_status(code: int, status: int) -> None:
    assert http_status(code) == status


def test_cloud_code_may_raise_codes_of_its_own() -> None:
    assert ParseError(4711, "mine").code == 4711


def test_a_number_that_parse_names_becomes_the_named_code() -> None:
    assert known(101) is ErrorCode.OBJECT_NOT_FOUND


def test_the_detail_is_not_in_the_text_that_clients_see() -> None:
    error = ParseError(ErrorCode.OPERATION_FORBIDDEN, "Permission denied", detail="the class is locked")

    assert (error.message, error.detail) == ("Permission denied", "the class is locked")
    assert "locked" not in str(error)
