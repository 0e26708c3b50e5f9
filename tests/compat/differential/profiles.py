"""Server configurations: every scenario names the one it needs, and scenarios of one profile share a server.

Add a profile only for what must be configured; each costs a server start.
Options are Parse Server's own and go to both servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

APP_ID = "test"
MASTER_KEY = "master"
READ_ONLY_KEY = "readonly"
MAINTENANCE_KEY = "maintenance"

CLOUD = Path(__file__).parent / "cloud"

HOURLY: Mapping[str, Any] = {"requestTimeWindow": 3_600_000, "requestCount": 1}
EVERYWHERE = ["0.0.0.0/0", "::/0"]

LIVE: Mapping[str, Any] = {"classNames": ["(?!Quiet).*"]}

BASE: Mapping[str, Any] = {
    "appId": APP_ID,
    "masterKey": MASTER_KEY,
    "readOnlyMasterKey": READ_ONLY_KEY,
    "maintenanceKey": MAINTENANCE_KEY,
}


@dataclass(frozen=True)
class Profile:
    """Options laid over `BASE`, and the cloud code: `cloud="main"` means cloud/main.js and cloud/main.py.

    Without a side `in_python`, parsepy runs the JavaScript too, and on SQLite only. What does not depend on the store is not
    tried `on_each_store`, but on SQLite alone.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    cloud: str | None = None
    in_python: bool = True
    on_each_store: bool = True

    @property
    def all_options(self) -> dict[str, Any]:
        return {**BASE, **self.options}

    def cloud_code(self, suffix: str) -> Path | None:
        """The cloud code for the reference (".js") or parsepy (".py")."""
        return None if self.cloud is None else CLOUD / f"{self.cloud}{suffix if self.in_python else '.js'}"


PROFILES: Mapping[str, Profile] = {
    # Nothing configured but the keys; client class creation is on.
    "default": Profile(),
    # The functions and triggers of cloud/main.js and cloud/main.py.
    "cloud": Profile(cloud="main"),
    # Each client key set: a client must send one of them.
    "client-keys": Profile(
        {
            "restAPIKey": "rest",
            "javascriptKey": "js",
            "clientKey": "client",
            "dotNetKey": "windows",
        }
    ),
    # The read-only master key may not aggregate.
    "no-readonly-aggregates": Profile({"allowAggregationForReadOnlyMasterKey": False}),
    # Keys are good only from addresses that no test has.
    "foreign-key-ips": Profile(
        {
            "masterKeyIps": ["10.9.8.7"],
            "readOnlyMasterKeyIps": ["10.9.8.7"],
            "maintenanceKeyIps": ["10.9.8.7"],
        }
    ),
    "cors": Profile(
        {
            "allowOrigin": ["https://first.example", "https://second.example"],
            "allowHeaders": ["X-Custom-One", "X-Custom-Two"],
        }
    ),
    "allow-list": Profile({"routeAllowList": ["classes/Open.*", "functions/hello", "batch"]}, cloud="main"),
    "small-uploads": Profile({"maxUploadSize": "2kb"}, cloud="functions"),
    # Permission errors tell why; other keywords than usual are denied.
    "detailed": Profile(
        {
            "enableSanitizedErrorResponse": False,
            "requestKeywordDenylist": [
                {"key": "forbiddenKey"},
                {"value": "forbidden value"},
                {"key": "pairKey", "value": "pair value"},
            ],
        }
    ),
    # Clients choose object ids and make no classes.
    "custom-ids": Profile({"allowCustomObjectId": True, "allowClientClassCreation": False}),
    # Users are readable by all; ids are longer.
    "public-users": Profile({"enforcePrivateUsers": False, "objectIdSize": 20}),
    "locked-schemas": Profile({"schema": {"lockSchemas": True}}),
    # Protected fields by server option, also for their owner and in answers to saves.
    "protected-fields": Profile(
        {
            "protectedFields": {
                "_User": {"*": ["email", "phone"], "authenticated": ["email"]},
                "Guarded": {"*": ["secret"]},
            },
            "protectedFieldsOwnerExempt": False,
            "protectedFieldsSaveResponseExempt": False,
        }
    ),
    # One main.js with everything that cloud code can register.
    "league": Profile(cloud="league", in_python=False),
    # The triggers and functions of cloud/routes.
    "routes": Profile(cloud="routes"),
    # An app whose clients are iPhones: the client key is set, and no other.
    "mobile": Profile({"clientKey": "client"}, cloud="mobile"),
    "closed-classes": Profile({"allowClientClassCreation": False}),
    "public-url": Profile({"publicServerURL": "https://public.example/public/api"}),
    "limited-batch": Profile({"requestComplexity": {"batchRequestLimit": 2}}),
    "detailed-errors": Profile({"enableSanitizedErrorResponse": False}),
    "open-key-ips": Profile(
        {
            "masterKeyIps": ["127.0.0.0/8"],
            "readOnlyMasterKeyIps": ["0.0.0.0/0"],
            "maintenanceKeyIps": ["10.9.8.7", "0.0.0.0"],
        }
    ),
    "other-family-ips": Profile(
        {
            "masterKeyIps": ["::/0"],
            "readOnlyMasterKeyIps": ["::0"],
            "maintenanceKeyIps": ["::"],
        }
    ),
    "trusted-proxy": Profile({"trustProxy": True, "masterKeyIps": ["127.0.0.1"]}),
    "empty-allow-list": Profile({"routeAllowList": []}),
    # One function is open; what it reads is not.
    "function-allow-list": Profile({"routeAllowList": ["functions/counted"]}, cloud="routes"),
    # Small limits of finds.
    "find-limits": Profile({"defaultLimit": 2, "maxLimit": 4}),
    # Triggers on finds.
    "find-triggers": Profile(cloud="finds"),
    "strict-queries": Profile(
        {
            "requestComplexity": {
                "queryDepth": 2,
                "subqueryDepth": 1,
                "includeDepth": 2,
                "includeCount": 3,
                "subqueryLimit": 2,
                "allowRegex": False,
            }
        }
    ),
    "lower-case-names": Profile({"convertUsernameToLowercase": True, "convertEmailToLowercase": True}),
    # Sessions have no end, not even by a new password; nobody is anonymous.
    "lasting-sessions": Profile(
        {
            "expireInactiveSessions": False,
            "revokeSessionOnPasswordReset": False,
            "enableAnonymousUsers": False,
        }
    ),
    "short-sessions": Profile({"sessionLength": 3}),
    "extended-sessions": Profile({"extendSessionOnUse": True}),
    "functions": Profile(cloud="functions"),
    "triggers": Profile(cloud="triggers"),
    "validators": Profile(cloud="validators"),
    "finders": Profile(cloud="finders"),
    "signals": Profile(cloud="signals"),
    "jobs": Profile(cloud="jobs"),
    # How often clients may ask, told by cloud code and by the option; clients say where they are.
    "limits": Profile(
        {
            "trustProxy": True,
            "masterKeyIps": EVERYWHERE,
            "readOnlyMasterKeyIps": EVERYWHERE,
            "maintenanceKeyIps": EVERYWHERE,
            "rateLimit": [
                {"requestPath": "/limited/named/:name", **HOURLY},
                {"requestPath": "/limited/open{/*rest}", **HOURLY},
                {"requestPath": "/limited/v-:number", **HOURLY},
                {"requestPath": "/limited/list", **HOURLY, "requestMethods": ["PUT", "DELETE"]},
                {"requestPath": "/limited/text", **HOURLY, "requestMethods": "PUT|POST"},
                {"requestPath": "/limited/master", **HOURLY, "requestMethods": ["PUT"], "includeMasterKey": True},
                {"requestPath": "/limited/address", **HOURLY},
                {"requestPath": "/limited/twice", **HOURLY, "requestCount": 3, "errorResponseMessage": "Three."},
                {"requestPath": "/limited/twice{/:id}", **HOURLY, "requestCount": 2, "errorResponseMessage": "Two."},
                {"requestPath": "/schemas", **HOURLY},
                {"requestPath": "/health", **HOURLY},
            ],
        },
        cloud="limits",
    ),
    "webhooks": Profile({"webhookKey": "the-webhook-key"}),
    "uploads": Profile(cloud="uploads"),
    # Everybody uploads; files of users who are gone from the old service are known.
    "open-files": Profile(
        {
            "fileUpload": {"enableForPublic": True, "enableForAnonymousUser": True},
            "fileKey": "0123abcd",
            "maxUploadSize": "2kb",
        }
    ),
    # Few extensions and hosts; names stay as they are.
    "picky-files": Profile(
        {
            "fileUpload": {
                "enableForPublic": True,
                "fileExtensions": ["^(png|txt)$", "^[Xx]y+$"],
                "allowedFileUrlDomains": ["files.example", "*.cdn.example"],
            },
            "preserveFileName": True,
        }
    ),
    "any-extension": Profile({"fileUpload": {"enableForPublic": True, "fileExtensions": ["*"]}}),
    # Only anonymous users upload, only users with an account download.
    "closed-files": Profile(
        {
            "fileUpload": {"enableForAuthenticatedUser": False, "enableForAnonymousUser": True},
            "fileDownload": {"enableForPublic": False, "enableForAnonymousUser": False},
        }
    ),
    # What the dashboard is used on: a JavaScript key, functions and jobs to call.
    "dashboard": Profile({"javascriptKey": "js"}, cloud="dashboard"),
    # The security report; functions that write to the log.
    "reports": Profile({"security": {"enableCheck": True}}, cloud="reports", on_each_store=False),
    # Changes of every class but those whose name begins with Quiet can be followed.
    "live": Profile({"startLiveQueryServer": True, "liveQuery": LIVE}, cloud="live", on_each_store=False),
    # Triggers of live queries, and what their requests hold.
    "live-triggers": Profile(
        {"startLiveQueryServer": True, "liveQuery": LIVE}, cloud="live_triggers", on_each_store=False
    ),
    "live-requests": Profile({"startLiveQueryServer": True, "liveQuery": LIVE}, cloud="live_requests", in_python=False),
    # Clients show a key; a silent one is asked for a sign of life every two seconds; conditions are simple.
    "live-keys": Profile(
        {
            "liveQuery": LIVE,
            "liveQueryServerOptions": {
                "keyPairs": {"javascriptKey": "js", "clientKey": "client", "masterKey": "live-master"},
                "websocketTimeout": 2000,
            },
            "requestComplexity": {"queryDepth": 2, "allowRegex": False},
        },
        on_each_store=False,
    ),
}
