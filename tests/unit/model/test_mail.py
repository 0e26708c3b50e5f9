"""What is a mail and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy import ParseError
from parsepy.model.mail import LONGEST_TEXT, MOST_RECIPIENTS, Mail, mail_of

GOOD = {"to": "ann@example.com", "subject": "Hello", "text": "Hello Ann."}


def test_a_mail_has_recipients_a_subject_and_a_text_in_one_form_or_two() -> None:
    both = {**GOOD, "to": ["ann@example.com", " bob@example.com "], "html": "<p>", "from": "Me <me@example.com>"}

    assert mail_of(GOOD) == Mail(("ann@example.com",), "Hello", "Hello Ann.")
    assert mail_of({**GOOD, "text": None, "html": "<p>"}) == Mail(("ann@example.com",), "Hello", None, "<p>")
    assert mail_of(both) == Mail(
        ("ann@example.com", "bob@example.com"), "Hello", "Hello Ann.", "<p>", "Me <me@example.com>"
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": None}, 125),
        ({"to": []}, 125),
        ({"to": 5}, 125),
        ({"to": [5]}, 125),
        ({"to": "ann"}, 125),
        ({"to": "@"}, 125),
        ({"to": "ann@example.com\r\nBcc: all@example.com"}, 125),
        ({"to": "a" * 1000 + "@example.com"}, 125),
        ({"to": ["a@example.com"] * (MOST_RECIPIENTS + 1)}, 125),
        ({"from": "nobody"}, 125),
        ({"from": "me@example.com\nX: y"}, 125),
        ({"subject": None}, 141),
        ({"subject": " "}, 141),
        ({"subject": "a\r\nBcc: all@example.com"}, 141),
        ({"subject": "a" * 999}, 141),
        ({"text": None}, 141),
        ({"text": ""}, 141),
        ({"text": 5}, 141),
        ({"text": "a" * (LONGEST_TEXT + 1)}, 141),
        ({"html": ["<p>"]}, 141),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_mail_is_refused(changed: dict[str, Any], code: int) -> None:
    with pytest.raises(ParseError) as refused:
        mail_of({**GOOD, **changed})

    assert int(refused.value.code) == code
