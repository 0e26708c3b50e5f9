"""What users import from parsepy: a change here is a change of the public interface."""

from __future__ import annotations

import parsepy

NAMES = {
    "ACL",
    "Cloud",
    "CloudError",
    "Config",
    "ConfigRequest",
    "DeleteRequest",
    "ErrorCode",
    "File",
    "FileRequest",
    "FindRequest",
    "FunctionRequest",
    "GeoPoint",
    "JobRequest",
    "LoginRequest",
    "LogoutRequest",
    "ParseError",
    "ParseObject",
    "Polygon",
    "Query",
    "Relation",
    "SaveRequest",
    "Trigger",
    "__version__",
}


def test_public_names_are_those_that_were_promised() -> None:
    assert set(parsepy.__all__) == NAMES
    assert all(hasattr(parsepy, name) for name in NAMES)
