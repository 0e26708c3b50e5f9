"""A Parse Server for Python."""

from parsepy.cloud.objects import ParseObject, Relation
from parsepy.cloud.query import Query
from parsepy.cloud.registry import Cloud, CloudError, Trigger
from parsepy.cloud.requests import DeleteRequest, FindRequest, FunctionRequest, SaveRequest
from parsepy.cloud.types import ACL, File, GeoPoint, Polygon
from parsepy.errors import ErrorCode, ParseError
from parsepy.version import __version__

__all__ = [
    "ACL",
    "Cloud",
    "CloudError",
    "DeleteRequest",
    "ErrorCode",
    "File",
    "FindRequest",
    "FunctionRequest",
    "GeoPoint",
    "ParseError",
    "ParseObject",
    "Polygon",
    "Query",
    "Relation",
    "SaveRequest",
    "Trigger",
    "__version__",
]
