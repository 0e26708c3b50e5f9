"""A Parse Server for Python."""

from parsepy.cloud.config import Config
from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject, Relation
from parsepy.cloud.query import Query
from parsepy.cloud.registry import Cloud, CloudError, Trigger
from parsepy.cloud.requests import (
    ConfigRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
)
from parsepy.cloud.types import ACL, GeoPoint, Polygon
from parsepy.errors import ErrorCode, ParseError
from parsepy.version import __version__

__all__ = [
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
]
