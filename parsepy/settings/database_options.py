"""Nested options of the database: indexes made at start, the schema cache, and what a MongoDB driver is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.settings.kinds import BOOL, COUNT, LIST, NUMBER, OBJECT, OBJECT_LIST, STRING
from parsepy.settings.options import Options, option

NODE_DRIVER_ONLY = frozenset(
    {
        "autoSelectFamily",
        "autoSelectFamilyAttemptTimeout",
        "forceServerObjectId",
        "proxyHost",
        "proxyPassword",
        "proxyPort",
        "proxyUsername",
    }
)
"""Options that only Node's driver for MongoDB knows."""


@dataclass(frozen=True, kw_only=True)
class MongoDriver(Options):
    """Handed to the MongoDB driver as they are, but for `NODE_DRIVER_ONLY`."""

    ENV_PREFIX = "PARSE_SERVER_DATABASE_"

    app_name: str | None = option(STRING, None, "Name of the client in the server's logs.")
    auth_mechanism: str | None = option(STRING, None, "How the client proves who it is.")
    auth_mechanism_properties: Mapping[str, Any] | None = option(OBJECT, None, "Details of that.", secret=True)
    auth_source: str | None = option(STRING, None, "Database that holds the account.")
    auto_select_family: bool | None = option(BOOL, None, "IPv4 and IPv6 are tried in turn.")
    auto_select_family_attempt_timeout: int | None = option(NUMBER, None, "Milliseconds for each try.")
    compressors: str | None = option(STRING, None, "Compressions to agree on.")
    connect_timeout_ms: int | None = option(
        NUMBER, None, "Milliseconds to wait for a connection.", wire="connectTimeoutMS"
    )
    direct_connection: bool | None = option(BOOL, None, "Speak to this one server only.")
    force_server_object_id: bool | None = option(BOOL, None, "The server makes the ids of documents.")
    heartbeat_frequency_ms: int | None = option(
        NUMBER, None, "Milliseconds between two looks at a server.", wire="heartbeatFrequencyMS"
    )
    load_balanced: bool | None = option(BOOL, None, "A load balancer stands in front of the servers.")
    local_threshold_ms: int | None = option(
        NUMBER, None, "How many milliseconds slower a server may be to be chosen.", wire="localThresholdMS"
    )
    max_connecting: int | None = option(NUMBER, None, "Connections opened at the same time.")
    max_idle_time_ms: int | None = option(
        NUMBER, None, "Milliseconds after which an idle connection is closed.", wire="maxIdleTimeMS"
    )
    max_pool_size: int | None = option(NUMBER, None, "Most connections.")
    max_staleness_seconds: int | None = option(NUMBER, None, "How far a replica may lag behind.")
    min_pool_size: int | None = option(NUMBER, None, "Fewest connections.")
    proxy_host: str | None = option(STRING, None, "Host of a SOCKS5 proxy.")
    proxy_password: str | None = option(STRING, None, "Password at the proxy.", secret=True)
    proxy_port: int | None = option(NUMBER, None, "Port of the proxy.")
    proxy_username: str | None = option(STRING, None, "User at the proxy.", secret=True)
    read_concern_level: str | None = option(STRING, None, "How settled the data must be to be read.")
    read_preference: str | None = option(STRING, None, "Which servers are read from.")
    read_preference_tags: tuple[str, ...] | None = option(LIST, None, "Tags of the servers to read from.")
    replica_set: str | None = option(STRING, None, "Name of the replica set.")
    retry_reads: bool | None = option(BOOL, None, "A failed read is tried again.")
    retry_writes: bool | None = option(BOOL, None, "A failed write is tried again.")
    server_monitoring_mode: str | None = option(STRING, None, "How servers are watched.")
    server_selection_timeout_ms: int | None = option(
        NUMBER, None, "Milliseconds to wait for a usable server.", wire="serverSelectionTimeoutMS"
    )
    socket_timeout_ms: int | None = option(NUMBER, None, "Milliseconds to wait for an answer.", wire="socketTimeoutMS")
    srv_max_hosts: int | None = option(NUMBER, None, "Most hosts taken from an SRV record.")
    srv_service_name: str | None = option(STRING, None, "Service name of the SRV record.")
    ssl: bool | None = option(BOOL, None, "Speak TLS (old name).")
    tls: bool | None = option(BOOL, None, "Speak TLS.")
    tls_allow_invalid_certificates: bool | None = option(BOOL, None, "Accept any certificate.")
    tls_allow_invalid_hostnames: bool | None = option(BOOL, None, "Accept a certificate for another host.")
    tls_ca_file: str | None = option(STRING, None, "File with trusted authorities.", wire="tlsCAFile")
    tls_certificate_key_file: str | None = option(STRING, None, "File with the client's certificate and key.")
    tls_certificate_key_file_password: str | None = option(STRING, None, "Password of that file.", secret=True)
    tls_insecure: bool | None = option(BOOL, None, "Check nothing about certificates.")
    wait_queue_timeout_ms: int | None = option(
        NUMBER, None, "Milliseconds to wait for a free connection.", wire="waitQueueTimeoutMS"
    )
    zlib_compression_level: int | None = option(NUMBER, None, "How hard zlib compresses.")


@dataclass(frozen=True, kw_only=True)
class DatabaseOptions(MongoDriver):
    """How the database is used; what the base lists is for MongoDB alone."""

    allow_public_explain: bool = option(BOOL, False, "Clients may ask for `explain` without the master key.")
    batch_size: int = option(COUNT, 1000, "Rows that MongoDB sends at a time.")
    client_metadata: Mapping[str, Any] | None = option(OBJECT, None, "Name and version that MongoDB is told.")
    disable_index_field_validation: bool = option(BOOL, False, "Indexes may name fields that the class lacks.")
    enable_schema_hooks: bool = option(
        BOOL, False, "Changes of classes, sessions and roles by other servers count within a second."
    )
    log_client_events: tuple[Mapping[str, Any], ...] = option(OBJECT_LIST, (), "Events of the driver to log.")
    max_time_ms: int | None = option(COUNT, None, "Milliseconds that one operation may take.", wire="maxTimeMS")
    schema_cache_ttl: int | None = option(
        COUNT,
        None,
        "Milliseconds, no less than 1000, after which the known classes are read again; 5000 unless in memory.",
    )
    create_index_auth_data_uniqueness: bool = option(BOOL, True, "No two users share the id of a provider.")
    create_index_role_name: bool = option(BOOL, True, "Role names are unique.")
    create_index_user_email: bool = option(BOOL, True, "E-mail addresses are unique.")
    create_index_user_email_case_insensitive: bool = option(BOOL, True, "Capitals do not make them different.")
    create_index_user_email_verify_token: bool = option(BOOL, True, "Users are found quickly by verification token.")
    create_index_user_password_reset_token: bool = option(BOOL, True, "Users are found quickly by reset token.")
    create_index_user_username: bool = option(BOOL, True, "User names are unique.")
    create_index_user_username_case_insensitive: bool = option(BOOL, True, "Capitals do not make them different.")
