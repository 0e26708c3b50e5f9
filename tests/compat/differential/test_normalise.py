"""The normaliser replaces what differs from run to run, consistently, and leaves everything else alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.compat.differential.normalise import Run, normalise

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
RUN = Run("http://127.0.0.1:4711/parse", "_1a2b3c4d", NOW)
TOKEN = "r:0123456789abcdef0123456789abcdef"
PREFIX = "0123456789abcdef0123456789abcdef"


def of_body(body: Any) -> Any:
    return normalise([{"body": body}], RUN)[0]["body"]


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "123Z"


def test_same_object_id_has_the_same_placeholder_everywhere() -> None:
    transcript: list[dict[str, Any]] = [
        {"headers": {"location": "http://127.0.0.1:4711/parse/classes/Score/abcDEF1234"}},
        {"body": {"objectId": "abcDEF1234", "ACL": {"abcDEF1234": {"read": True}}}, "request": "GET x/abcDEF1234"},
    ]

    assert normalise(transcript, RUN) == [
        {"headers": {"location": "<server>/parse/classes/Score/<id1>"}},
        {"body": {"objectId": "<id1>", "ACL": {"<id1>": {"read": True}}}, "request": "GET x/<id1>"},
    ]


def test_ends_of_windows_of_rate_limits_are_told_to_ten_minutes() -> None:
    ends = str(int(NOW.timestamp()) + 3590)
    transcript: list[dict[str, Any]] = [{"headers": {"x-ratelimit-reset": ends, "retry-after": "3590", "other": ends}}]

    assert normalise(transcript, RUN) == [
        {"headers": {"x-ratelimit-reset": "<now+3600s>", "retry-after": "<3600s>", "other": ends}}
    ]


def test_an_id_is_found_in_an_earlier_answer_and_behind_percent_codes() -> None:
    transcript: list[dict[str, Any]] = [{"request": "GET x/%20abcDEF1234"}, {"body": {"objectId": "abcDEF1234"}}]

    assert normalise(transcript, RUN)[0] == {"request": "GET x/%20<id1>"}


def test_numbers_of_placeholders_do_not_depend_on_the_order_of_keys() -> None:
    first = {"a": {"objectId": "aaaaaaaaaa"}, "b": {"objectId": "bbbbbbbbbb"}, "t": TOKEN, "s": f"r:{'f' * 32}"}

    assert of_body(first) == of_body(dict(reversed(first.items())))


def test_different_ids_have_different_placeholders() -> None:
    body = of_body([{"objectId": "aaaaaaaaaa"}, {"objectId": "bbbbbbbbbb"}])

    assert body == [{"objectId": "<id1>"}, {"objectId": "<id2>"}]


@pytest.mark.parametrize(
    "value",
    [{"name": "abcDEF1234"}, {"objectId": "short"}, {"objectId": "with-dash1"}, {"username": "ann"}],
    ids=str,
)
def test_values_in_another_place_or_shape_stay(value: Any) -> None:
    assert of_body(value) == value


def test_dates_around_now_are_replaced_under_any_key() -> None:
    body = {"when": iso(NOW), "text": f"at {iso(NOW - timedelta(minutes=9))}"}

    assert of_body(body) == {"when": "<now>", "text": "at <now>"}


@pytest.mark.parametrize("key", ["createdAt", "iso", "expires"])
def test_fixed_dates_stay(key: str) -> None:
    assert of_body({key: "2020-01-02T03:04:05.678Z"}) == {key: "2020-01-02T03:04:05.678Z"}


def test_an_expiry_is_told_by_its_distance() -> None:
    in_a_year = {"__type": "Date", "iso": iso(NOW + timedelta(days=365))}

    assert of_body({"expiresAt": in_a_year}) == {"expiresAt": {"__type": "Date", "iso": "<now+31536000s>"}}


def test_a_text_in_the_form_of_a_date_that_is_none_stays() -> None:
    assert of_body({"when": "2026-99-99T99:99:99.999Z"}) == {"when": "2026-99-99T99:99:99.999Z"}


def test_tokens_names_prefixes_and_hosts_are_replaced() -> None:
    url = f"{RUN.base}/files/test/{PREFIX}_a.txt"
    body = {"sessionToken": TOKEN, "username": "a" * 25, "url": url}

    assert of_body(body) == {
        "sessionToken": "<token1>",
        "username": "<username1>",
        "url": "<server>/parse/files/test/<prefix1>_a.txt",
    }


def test_the_tag_of_the_scenario_is_removed() -> None:
    assert of_body({"className": "Score_1a2b3c4d"}) == {"className": "Score"}


def test_numbers_and_truth_values_keep_their_type() -> None:
    assert [type(value) for value in of_body([1, 1.0, True, None])] == [int, float, bool, type(None)]
