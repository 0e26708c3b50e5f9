"""Dates: parts, texts, sums, differences and beginnings of units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from parsepy.errors import ParseError
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions import calendar, date_format
from parsepy.model.aggregation.expressions.arithmetic import integer
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope
from parsepy.model.aggregation.expressions.signatures import Builder, Named, arguments, checked_names, named
from parsepy.model.aggregation.values import MISSING, Document, is_nothing, utc

_ISO_PARTS = ("isoWeekYear", "isoWeek", "isoDayOfWeek")
_DAY_PARTS = ("year", "month", "day")
_TIME_PARTS = ("hour", "minute", "second", "millisecond")


def _part(name: str, part: calendar.Part) -> Builder:
    """`{$year: date}` or `{$year: {date, timezone}}`."""

    def build(spec: Any, compiler: Compiler) -> Expression:
        if isinstance(spec, dict) and not any(key.startswith("$") for key in spec):
            checked_names(name, spec, ("date",), ("timezone",))
            moment, where = compiler(spec["date"]), compiler(spec.get("timezone", "$$REMOVE"))
        else:
            moment, where = compiler(arguments(name, spec, 1, 1)[0]), compiler("$$REMOVE")

        def evaluate(scope: Scope) -> Any:
            value, zone = moment(scope), where(scope)
            if is_nothing(value) or zone is None:
                return None
            return part(calendar.local(calendar.date(name, value), calendar.zone(zone)))

        return evaluate

    return build


def _nothing(given: Named, *required: str) -> bool:
    """Whether the result is null: a required value is null or missing, or an optional one null."""
    return any(is_nothing(given[name]) for name in required) or any(value is None for value in given.values())


def _to_string(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$dateToString", spec, ("date",), ("format", "timezone", "onNull"))
    on_null = compiler(spec.get("onNull"))
    rest = {key: value for key, value in spec.items() if key != "onNull"}

    def write(given: Named) -> Any:
        if _nothing(given, "date"):
            return None
        form = date_format.DEFAULT if given["format"] is MISSING else given["format"]
        where = calendar.zone(given["timezone"])
        return date_format.written(calendar.local(calendar.date("$dateToString", given["date"]), where), form)

    evaluate = named("$dateToString", write, ("date",), ("format", "timezone"))(rest, compiler)
    date = compiler(spec["date"])
    return lambda scope: on_null(scope) if is_nothing(date(scope)) else evaluate(scope)


def _from_string(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$dateFromString", spec, ("dateString",), ("format", "timezone", "onError", "onNull"))
    text, on_null = compiler(spec["dateString"]), compiler(spec.get("onNull"))
    form, where = (compiler(spec.get(name, "$$REMOVE")) for name in ("format", "timezone"))
    on_error = compiler(spec["onError"]) if "onError" in spec else None

    def evaluate(scope: Scope) -> Any:
        value, wanted, zone = text(scope), form(scope), where(scope)
        if is_nothing(value):
            return on_null(scope)
        if wanted is None or zone is None:
            return None
        try:
            return date_format.read(value, wanted, calendar.zone(zone))
        except ParseError:
            if on_error is None:
                raise
            return on_error(scope)

    return evaluate


def _to_parts(given: Named) -> Any:
    if _nothing(given, "date"):
        return None
    moment = calendar.local(calendar.date("$dateToParts", given["date"]), calendar.zone(given["timezone"]))
    time = {name: calendar.PARTS[f"${name}"](moment) for name in _TIME_PARTS}
    if given["iso8601"] is True:
        return {name: calendar.PARTS[f"${name}"](moment) for name in _ISO_PARTS} | time
    day: Document = {"year": moment.year, "month": moment.month, "day": moment.day}
    return day | time


def _from_parts(given: Named) -> Any:
    if any(value is None for value in given.values()):
        return None
    numbers = {key: integer("$dateFromParts", value) for key, value in given.items() if _is_part(key, value)}
    where = calendar.zone(given["timezone"])
    try:
        start = _iso_start(numbers) if "isoWeekYear" in numbers else _start(numbers)
        clock = start + timedelta(
            hours=numbers.get("hour", 0),
            minutes=numbers.get("minute", 0),
            seconds=numbers.get("second", 0),
            milliseconds=numbers.get("millisecond", 0),
        )
        return utc(clock.replace(tzinfo=where))
    except (ValueError, OverflowError) as exc:
        raise refused("$dateFromParts: the parts make no date between the years 1 and 9999") from exc


def _is_part(name: str, value: Any) -> bool:
    return name != "timezone" and value is not MISSING


def _start(numbers: Mapping[str, int]) -> datetime:
    if "year" not in numbers:
        raise refused("$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
    year, month = divmod(numbers["year"] * 12 + numbers.get("month", 1) - 1, 12)
    return datetime(year, month + 1, 1) + timedelta(days=numbers.get("day", 1) - 1)


def _iso_start(numbers: Mapping[str, int]) -> datetime:
    first = datetime.fromisocalendar(numbers["isoWeekYear"], 1, 1)
    return first + timedelta(weeks=numbers.get("isoWeek", 1) - 1, days=numbers.get("isoDayOfWeek", 1) - 1)


def _moved(name: str, sign: int) -> Builder:
    def evaluate(given: Named) -> Any:
        if _nothing(given, "startDate", "unit", "amount"):
            return None
        start, step = calendar.date(name, given["startDate"]), calendar.unit(name, given["unit"])
        amount = sign * integer(name, given["amount"])
        return calendar.advanced(start, step, amount, calendar.zone(given["timezone"]))

    return named(name, evaluate, ("startDate", "unit", "amount"), ("timezone",))


def _zone_and_day(name: str, given: Named) -> tuple[tzinfo, int]:
    return calendar.zone(given["timezone"]), calendar.weekday(name, given["startOfWeek"])


def _difference(given: Named) -> Any:
    if _nothing(given, "startDate", "endDate", "unit"):
        return None
    start, end = (calendar.date("$dateDiff", given[name]) for name in ("startDate", "endDate"))
    where, first_day = _zone_and_day("$dateDiff", given)
    return calendar.difference(start, end, calendar.unit("$dateDiff", given["unit"]), where=where, first_day=first_day)


def _truncated(given: Named) -> Any:
    if _nothing(given, "date", "unit"):
        return None
    size = 1 if given["binSize"] is MISSING else integer("$dateTrunc", given["binSize"])
    if size < 1:
        raise refused("$dateTrunc requires 'binSize' value to be a positive number")
    where, first_day = _zone_and_day("$dateTrunc", given)
    step = calendar.unit("$dateTrunc", given["unit"])
    return calendar.truncated(calendar.date("$dateTrunc", given["date"]), step, size, where=where, first_day=first_day)


def _named(name: str, evaluate: Callable[[Named], Any], required: tuple[str, ...], *optional: str) -> Builder:
    return named(name, evaluate, required, optional)


OPERATORS: Mapping[str, Builder] = {
    **{name: _part(name, part) for name, part in calendar.PARTS.items()},
    "$dateToString": _to_string,
    "$dateFromString": _from_string,
    "$dateToParts": _named("$dateToParts", _to_parts, ("date",), "timezone", "iso8601"),
    "$dateFromParts": _named("$dateFromParts", _from_parts, (), *_ISO_PARTS, *_DAY_PARTS, *_TIME_PARTS, "timezone"),
    "$dateAdd": _moved("$dateAdd", 1),
    "$dateSubtract": _moved("$dateSubtract", -1),
    "$dateDiff": _named("$dateDiff", _difference, ("startDate", "endDate", "unit"), "timezone", "startOfWeek"),
    "$dateTrunc": _named("$dateTrunc", _truncated, ("date", "unit"), "binSize", "timezone", "startOfWeek"),
}
