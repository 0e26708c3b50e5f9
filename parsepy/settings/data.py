"""Options of the data: database, objects, queries, files, users and their sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from parsepy.settings.adapters import EMAIL_ADAPTER, FILES_ADAPTER, Adapter
from parsepy.settings.database import DATABASE_URI
from parsepy.settings.database_options import DatabaseOptions
from parsepy.settings.features import DefinedSchema, FileDownload, FileUpload, QueryDefaults
from parsepy.settings.kinds import BOOL, LIST, NUMBER, OBJECT, STRING, Kind, group, number, read_object
from parsepy.settings.limits import AccountLockout, PasswordPolicy, RequestComplexity
from parsepy.settings.mistakes import InvalidError
from parsepy.settings.options import Options, option

Protected = Mapping[str, Mapping[str, tuple[str, ...]]]
DEFAULT_PROTECTED: Protected = MappingProxyType({"_User": MappingProxyType({"*": ("email",)})})


def with_protected(fields: Protected, more: Protected) -> Protected:
    """Both together; a list named in both holds the fields of both, each once."""
    return {
        class_name: {
            entity: tuple(dict.fromkeys((*_listed(fields, class_name, entity), *_listed(more, class_name, entity))))
            for entity in {**fields.get(class_name, {}), **more.get(class_name, {})}
        }
        for class_name in {**fields, **more}
    }


def _listed(fields: Protected, class_name: str, entity: str) -> tuple[str, ...]:
    return fields.get(class_name, {}).get(entity, ())


def _read_protected(value: object) -> Protected:
    """The user's lists; what Parse Server protects by default stays protected."""
    given = {class_name: _entities(entities) for class_name, entities in read_object(value).items()}
    return with_protected(given, DEFAULT_PROTECTED)


def _entities(entities: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(entities, dict) or not all(_is_text_list(names) for names in entities.values()):
        raise InvalidError(
            "must give each class an object of lists of field names", 'Write it as {"Score": {"*": ["secret"]}}'
        )
    return {entity: tuple(names) for entity, names in entities.items()}


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


PROTECTED_FIELDS = Kind("object", _read_protected)


@dataclass(frozen=True, kw_only=True)
class DataOptions(Options):
    """Database, objects and queries"""

    database_uri: str | None = option(
        DATABASE_URI,
        None,
        "Where the data live: `sqlite:///./data.db`, `sqlite:////absolute/data.db`, `mongodb://host/name`, "
        "`postgres://host/name` or `memory://`.",
        wire="databaseURI",
        secret=True,
    )
    database_options: DatabaseOptions = option(group(DatabaseOptions), DatabaseOptions(), "How the database is used.")
    database_adapter: str | None = option(STRING, None, "Storage adapter of your own.")
    collection_prefix: str = option(STRING, "", "Beginning of the names of MongoDB collections.")
    enable_collation_case_comparison: bool = option(BOOL, False, "MongoDB's collation compares without capitals.")
    allow_client_class_creation: bool = option(BOOL, False, "Clients create classes by saving to them.")
    allow_custom_object_id: bool = option(BOOL, False, "Clients may choose the ids of new objects.")
    object_id_size: int = option(number(1, 256), 10, "Length of generated object ids.")
    default_limit: int = option(NUMBER, 100, "Rows that a query yields if it names no limit.")
    max_limit: int | None = option(NUMBER, None, "Most rows that a query may ask for.")
    request_complexity: RequestComplexity = option(
        group(RequestComplexity), RequestComplexity(), "Limits for clients without the master key."
    )
    query: QueryDefaults = option(group(QueryDefaults), QueryDefaults(), "What aggregate requests mean by default.")
    allow_aggregation_for_read_only_master_key: bool = option(BOOL, True, "The read-only master key may aggregate.")
    schema: DefinedSchema = option(group(DefinedSchema), DefinedSchema(), "Classes declared in the settings.")
    protected_fields: Protected = option(
        PROTECTED_FIELDS,
        DEFAULT_PROTECTED,
        "Fields that clients do not see, per class and group of users; the default is added to what is given.",
        shown='{"_User":{"*":["email"]}}',
    )
    protected_fields_owner_exempt: bool = option(BOOL, True, "Users see the protected fields of their own row.")
    protected_fields_save_response_exempt: bool = option(BOOL, True, "The answer to a save may hold protected fields.")
    protected_fields_trigger_exempt: bool = option(BOOL, False, "Triggers see the protected fields of `original`.")
    user_sensitive_fields: tuple[str, ...] | None = option(
        LIST, None, "Old name: fields added to the protected ones of users."
    )


@dataclass(frozen=True, kw_only=True)
class FileOptions(Options):
    """Files"""

    files_adapter: Adapter | None = option(
        FILES_ADAPTER, None, "Where files are kept: in GridFS with MongoDB, else on disk."
    )
    files_folder: str = option(
        STRING, "./files", "Folder of the files on disk.", variable="PARSEPY_FILES_FOLDER", ours=True
    )
    file_upload: FileUpload = option(group(FileUpload), FileUpload(), "Who may upload what.", env="FILE_UPLOAD_OPTIONS")
    file_download: FileDownload = option(
        group(FileDownload), FileDownload(), "Who may download.", env="FILE_DOWNLOAD_OPTIONS"
    )
    preserve_file_name: bool = option(BOOL, False, "Files keep their name without a random beginning.")
    file_key: str | None = option(STRING, None, "Key in the URLs of files from the hosted Parse.", secret=True)
    encryption_key: str | None = option(STRING, None, "Key that files are encrypted with.", secret=True)


@dataclass(frozen=True, kw_only=True)
class UserOptions(Options):
    """Users and sessions"""

    session_length: int = option(NUMBER, 31536000, "Seconds for which a session is valid.")
    expire_inactive_sessions: bool = option(BOOL, True, "Sessions end; if false they last for ever.")
    extend_session_on_use: bool = option(BOOL, False, "A session in use is renewed after half its time.")
    revoke_session_on_password_reset: bool = option(BOOL, True, "A new password ends all sessions of the user.")
    enable_anonymous_users: bool = option(BOOL, True, "Users without a name may sign up.", env="ENABLE_ANON_USERS")
    enforce_private_users: bool = option(BOOL, True, "New users are not readable by everybody.")
    convert_email_to_lowercase: bool = option(BOOL, False, "E-mail addresses are stored in lower case.")
    convert_username_to_lowercase: bool = option(BOOL, False, "User names are stored in lower case.")
    auth: Mapping[str, Any] | None = option(
        OBJECT, None, "Providers that users may sign in with.", env="AUTH_PROVIDERS", secret=True
    )
    allow_expired_auth_data_token: bool = option(BOOL, False, "Unchanged sign-in data are not checked on an update.")
    enable_insecure_auth_adapters: bool = option(BOOL, False, "Providers that cannot be checked safely are allowed.")
    password_policy: PasswordPolicy | None = option(group(PasswordPolicy), None, "Rules for passwords.")
    account_lockout: AccountLockout | None = option(group(AccountLockout), None, "Locks accounts after failed log-ins.")
    email_adapter: Adapter | None = option(EMAIL_ADAPTER, None, "What sends mails.")
    verify_user_emails: bool = option(BOOL, False, "E-mail addresses are verified by a mail.")
    send_user_email_verification: bool = option(BOOL, True, "That mail is sent at sign-up.")
    prevent_login_with_unverified_email: bool = option(BOOL, False, "Log-in waits for the verification.")
    prevent_signup_with_unverified_email: bool = option(
        BOOL, False, "Sign-up opens no session before the verification."
    )
    email_verify_success_on_invalid_email: bool = option(
        BOOL, True, "A request for an unknown e-mail address is answered like any other."
    )
    email_verify_token_reuse_if_valid: bool = option(BOOL, False, "A second mail carries the same token.")
    email_verify_token_validity_duration: int | None = option(NUMBER, None, "Seconds for which that token is valid.")
