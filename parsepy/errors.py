"""The one exception that clients see, its codes and the HTTP status each code answers with."""

from __future__ import annotations

import secrets
from enum import IntEnum


class ErrorCode(IntEnum):
    """Parse's numbered errors, named as the official SDKs name them."""

    OTHER_CAUSE = -1
    INTERNAL_SERVER_ERROR = 1
    CONNECTION_FAILED = 100
    OBJECT_NOT_FOUND = 101
    INVALID_QUERY = 102
    INVALID_CLASS_NAME = 103
    MISSING_OBJECT_ID = 104
    INVALID_KEY_NAME = 105
    INVALID_POINTER = 106
    INVALID_JSON = 107
    COMMAND_UNAVAILABLE = 108
    NOT_INITIALIZED = 109
    INCORRECT_TYPE = 111
    INVALID_CHANNEL_NAME = 112
    PUSH_MISCONFIGURED = 115
    OBJECT_TOO_LARGE = 116
    OPERATION_FORBIDDEN = 119
    CACHE_MISS = 120
    INVALID_NESTED_KEY = 121
    INVALID_FILE_NAME = 122
    INVALID_ACL = 123
    TIMEOUT = 124
    INVALID_EMAIL_ADDRESS = 125
    MISSING_CONTENT_TYPE = 126
    MISSING_CONTENT_LENGTH = 127
    INVALID_CONTENT_LENGTH = 128
    FILE_TOO_LARGE = 129
    FILE_SAVE_ERROR = 130
    MISSING_PUSH_DEVICE = 132
    MISSING_REQUIRED_FIELD = 135
    UNCHANGEABLE_FIELD = 136
    DUPLICATE_VALUE = 137
    INVALID_ROLE_NAME = 139
    EXCEEDED_QUOTA = 140
    SCRIPT_FAILED = 141
    VALIDATION_ERROR = 142
    WEBHOOK_ERROR = 143
    INVALID_IMAGE_DATA = 150
    UNSAVED_FILE_ERROR = 151
    INVALID_PUSH_TIME_ERROR = 152
    FILE_DELETE_ERROR = 153
    REQUEST_LIMIT_EXCEEDED = 155
    DUPLICATE_REQUEST = 159
    INVALID_EVENT_NAME = 160
    FILE_DELETE_UNNAMED_ERROR = 161
    INVALID_VALUE = 162
    USERNAME_MISSING = 200
    PASSWORD_MISSING = 201
    USERNAME_TAKEN = 202
    EMAIL_TAKEN = 203
    EMAIL_MISSING = 204
    EMAIL_NOT_FOUND = 205
    SESSION_MISSING = 206
    MUST_CREATE_USER_THROUGH_SIGNUP = 207
    ACCOUNT_ALREADY_LINKED = 208
    INVALID_SESSION_TOKEN = 209
    MFA_ERROR = 210
    MFA_TOKEN_REQUIRED = 211
    LINKED_ID_MISSING = 250
    INVALID_LINKED_SESSION = 251
    UNSUPPORTED_SERVICE = 252
    INVALID_SCHEMA_OPERATION = 255
    AGGREGATE_ERROR = 600
    FILE_READ_ERROR = 601
    X_DOMAIN_REQUEST = 602


class ParseError(Exception):
    """A refusal told to the client as `{"code": code, "error": message}`.

    `code` may be any integer: cloud code raises its own. `detail` is never sent; the log shows it as the
    reason for the refusal and what to do about it. `error_id` is sent beside the answer if this stands for an error that
    nobody expected: the log has its traceback under the same id.
    """

    def __init__(self, code: ErrorCode | int, message: str, *, detail: str = "", error_id: str = "") -> None:
        super().__init__(code, message)
        self.code: ErrorCode | int = known(code)
        self.message = message
        self.detail = detail
        self.error_id = error_id

    def __str__(self) -> str:
        return f"{int(self.code)} {self.message}"


def new_error_id() -> str:
    """The name of one error that nobody expected, for its client and for the log."""
    return secrets.token_hex(8)


def known(code: int) -> ErrorCode | int:
    """The named code of that number, or the plain number if Parse has no name for it."""
    try:
        return ErrorCode(code)
    except ValueError:
        return int(code)


def http_status(code: int) -> int:
    """HTTP status of an answer with this error code: 404 for 101, 500 for 1, 400 for every other."""
    match code:
        case ErrorCode.OBJECT_NOT_FOUND:
            return 404
        case ErrorCode.INTERNAL_SERVER_ERROR:
            return 500
        case _:
            return 400
