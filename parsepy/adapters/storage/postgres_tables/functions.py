"""The SQL functions that Parse Server expects in its database; here they only wait for one that comes to use them."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

from collections.abc import Mapping

_ELEMENTS = "jsonb_array_elements"
_JSON = "LANGUAGE sql IMMUTABLE STRICT"

FUNCTIONS: Mapping[str, str] = {
    "array_add": f"""("array" jsonb, "values" jsonb) RETURNS jsonb {_JSON}
        AS $$ SELECT "array" || "values" $$""",
    "array_add_unique": f"""("array" jsonb, "values" jsonb) RETURNS jsonb {_JSON}
        AS $$ SELECT coalesce(jsonb_agg(item ORDER BY place), '[]') FROM (
            SELECT item, min(place) AS place FROM {_ELEMENTS}("array" || "values")
            WITH ORDINALITY AS listed(item, place) GROUP BY item) AS different $$""",
    "array_remove": f"""("array" jsonb, "values" jsonb) RETURNS jsonb {_JSON}
        AS $$ SELECT coalesce(jsonb_agg(item ORDER BY place), '[]')
            FROM {_ELEMENTS}("array") WITH ORDINALITY AS listed(item, place)
            WHERE NOT EXISTS (SELECT 1 FROM {_ELEMENTS}("values") AS unwanted WHERE unwanted = item) $$""",
    "array_contains": f"""("array" jsonb, "values" jsonb) RETURNS boolean {_JSON}
        AS $$ SELECT EXISTS (SELECT 1 FROM {_ELEMENTS}("array") AS item, {_ELEMENTS}("values") AS wanted
            WHERE item = wanted) $$""",
    "array_contains_all": f"""("array" jsonb, "values" jsonb) RETURNS boolean {_JSON}
        AS $$ SELECT jsonb_array_length("values") > 0 AND NOT EXISTS (
            SELECT 1 FROM {_ELEMENTS}_text("values") AS wanted
            WHERE wanted NOT IN (SELECT {_ELEMENTS}_text("array"))) $$""",
    "array_contains_all_regex": f"""("array" jsonb, "values" jsonb) RETURNS boolean {_JSON}
        AS $$ SELECT jsonb_array_length("values") > 0 AND NOT EXISTS (
            SELECT 1 FROM {_ELEMENTS}_text("values") AS wanted WHERE NOT EXISTS (
                SELECT 1 FROM {_ELEMENTS}_text("array") AS item WHERE item LIKE wanted)) $$""",
    "json_object_set_key": f"""("json" jsonb, key_to_set text, value_to_set anyelement) RETURNS jsonb {_JSON}
        AS $$ SELECT "json" || jsonb_build_object(key_to_set, value_to_set) $$""",
    "idempotency_delete_expired_records": """() RETURNS void LANGUAGE sql
        AS $$ DELETE FROM "_Idempotency" WHERE expire < now() $$""",
}
"""By name: parameters, result and body. Parameters are named as Parse Server names them: it could not replace others."""
