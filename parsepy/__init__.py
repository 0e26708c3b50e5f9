"""A Parse Server for Python."""

from parsepy.cloud.config import Config
from parsepy.cloud.endpoints.messages import HttpRequest, HttpResponse
from parsepy.cloud.endpoints.signatures import hmac_signature
from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject, Relation
from parsepy.cloud.query import Query
from parsepy.cloud.registry import Cloud, CloudError, Trigger
from parsepy.cloud.requests import (
    ConfigRequest,
    ConnectRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LiveClient,
    LiveEventRequest,
    LiveServerRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
    SubscribeRequest,
)
from parsepy.cloud.sdk.fields import field
from parsepy.cloud.sdk.mail import send_email
from parsepy.cloud.sdk.role import Role
from parsepy.cloud.sdk.session import Installation, Session
from parsepy.cloud.sdk.transactions import transaction
from parsepy.cloud.sdk.user import User
from parsepy.cloud.sdk.work import get_job_status, get_jobs_data, run, start_job
from parsepy.cloud.types import ACL, GeoPoint, Polygon
from parsepy.errors import ErrorCode, ParseError
from parsepy.version import __version__

__all__ = [
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
]
