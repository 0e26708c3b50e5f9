"""Which conditions can be followed: those that can be tried on one object alone, and on nothing that is kept back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from parsepy.core.context import Context
from parsepy.core.protected import LOGICAL, conditions
from parsepy.core.refusals import forbidden
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names
from parsepy.model.system_classes import NEVER_TOLD_FIELDS
from parsepy.model.where import And, InQuery, Nor, Or, RelatedTo, Select, Where


def check_form(where: Mapping[str, Any]) -> None:
    """Refuse what live queries have words of their own for: logic that is no list, patterns that are no text.

    Raises ParseError 102. All other mistakes are those of any query.
    """
    for key, value in conditions(where):
        if key in LOGICAL and not isinstance(value, list):
            raise _invalid(f"{key} must be an array")
        if isinstance(value, Mapping) and not isinstance(value.get("$regex", ""), str):
            raise _invalid("Invalid regular expression: $regex must be a string or RegExp")


def refuse_untold(ctx: Context, class_name: str, where: Mapping[str, Any], watch: Collection[str]) -> None:
    """Refuse conditions on fields that no follower is told, whoever he is. Raises ParseError 119."""
    untold = NEVER_TOLD_FIELDS.get(class_name, frozenset())
    for path in (*(key for key, _ in conditions(where)), *watch):
        if names.root(path) in untold:
            raise forbidden(ctx, f"Nobody may follow {path} on class {class_name}")


def refuse_sub_queries(where: Where) -> None:
    """Refuse conditions that need other objects than the one that changes. Raises ParseError 102."""
    pending = [where]
    while pending:
        match pending.pop():
            case And(nodes) | Or(nodes) | Nor(nodes):
                pending.extend(nodes)
            case InQuery(negated=negated):
                raise _unfollowable("$notInQuery" if negated else "$inQuery")
            case Select(negated=negated):
                raise _unfollowable("$dontSelect" if negated else "$select")
            case RelatedTo():
                raise _unfollowable("$relatedTo")


def _unfollowable(name: str) -> ParseError:
    return _invalid(f"{name} cannot be followed: it needs other objects than the one that changes")


def _invalid(text: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_QUERY, text)
