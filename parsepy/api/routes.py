"""All routes of the API in one table."""

from __future__ import annotations

from parsepy.api import (
    analytics,
    batch,
    classes,
    config,
    features,
    files,
    functions,
    hooks,
    jobs,
    purge,
    releases,
    schemas,
    scriptlog,
    security,
    users,
)
from parsepy.api.push import audiences, sending
from parsepy.api.router import Router

RESOURCES = (
    users,
    analytics,
    files,
    functions,
    jobs,
    hooks,
    batch,
    config,
    features,
    purge,
    sending,
    releases,
    schemas,
    scriptlog,
    security,
    audiences,
    classes,
)


def new_router() -> Router:
    """The router of the whole API."""
    return Router(route for resource in RESOURCES for route in resource.routes)
