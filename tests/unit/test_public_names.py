"""What users import from parsepy: a change here is a change of the public interface."""

from __future__ import annotations

import parsepy

NAMES = {
    "ACL",
    "Cloud",
    "CloudError",
    "Config",
    "ConfigRequest",
    "ConnectRequest",
    "DeleteRequest",
    "ErrorCode",
    "File",
    "FileRequest",
    "FindRequest",
    "FunctionRequest",
    "GeoPoint",
    "HttpRequest",
    "HttpResponse",
    "Installation",
    "JobRequest",
    "LiveClient",
    "LiveEventRequest",
    "LiveServerRequest",
    "LoginRequest",
    "LogoutRequest",
    "ParseError",
    "ParseObject",
    "Polygon",
    "Query",
    "Relation",
    "Role",
    "SaveRequest",
    "Session",
    "SubscribeRequest",
    "Trigger",
    "User",
    "__version__",
    "field",
    "get_job_status",
    "get_jobs_data",
    "hmac_signature",
    "run",
    "send_email",
    "start_job",
    "transaction",
}


def test_public_names_are_those_that_were_promised() -> None:
    assert set(parsepy.__all__) == NAMES
    assert all(hasattr(parsepy, name) for name in NAMES)
