"""What PostgreSQL and its driver refuse, as the port's errors: the one place that translates them."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from asyncpg import exceptions as pg
from asyncpg.exceptions._base import DataError as ArgumentError

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    StorageError,
    StorageUnavailableError,
)
from parsepy.errors import ParseError
from parsepy.model.apply_ops import InvalidOperationError

STALE = (pg.UndefinedTableError, pg.UndefinedColumnError)
"""The table is not what it was when it was looked at: another process has changed it."""

LOST = (
    pg.PostgresConnectionError,
    pg.AdminShutdownError,
    pg.CrashShutdownError,
    pg.CannotConnectNowError,
    pg.IdleInTransactionSessionTimeoutError,
    pg.InterfaceError,
    # The server said farewell while nobody listened: the driver finds the conversation in an odd state.
    pg.InternalClientError,
    OSError,
    EOFError,
)
"""The connection is gone, and with it the knowledge of what became of the last statement."""

DRIVER = (pg.PostgresError, pg.InterfaceError, pg.InternalClientError)
"""Whatever the driver raises."""

_UNAVAILABLE = (
    *LOST,
    pg.InsufficientResourcesError,
    pg.OperatorInterventionError,
    pg.PostgresSystemError,
    pg.TransactionRollbackError,
    pg.LockNotAvailableError,
    pg.ReadOnlySQLTransactionError,
    pg.InvalidAuthorizationSpecificationError,
    pg.InvalidCatalogNameError,
    pg.InternalServerError,
)
_UNFIT = (pg.DataError, ArgumentError, pg.ProgramLimitExceededError, UnicodeEncodeError)

_COLLISIONS = (pg.DeadlockDetectedError, pg.DuplicateTableError, pg.DuplicateColumnError, pg.DuplicateObjectError)
_CONCURRENT_UPDATE = "XX000"
"""PostgreSQL has no better code for two that change one row of its own tables."""

FieldOf = Callable[[str, str], str]
"""The first path of an index, by the names of table and index."""


class Translation:
    """`with Translation(...)`: errors of the driver and refusals of the model leave the block as the port's.

    With `writing` values that no column can hold are InvalidValueError, otherwise InvalidQueryError. It has no state.
    """

    __slots__ = ("_field_of", "_writing")

    def __init__(self, field_of: FieldOf, *, writing: bool) -> None:
        self._field_of = field_of
        self._writing = writing

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, StorageError):
            return
        translated = self.translated(error)
        if translated is not None:
            raise translated from error

    def translated(self, error: BaseException) -> StorageError | None:
        """The port's error; None for what is none of the database's. Texts never show stored values."""
        match error:
            case InvalidOperationError():
                return InvalidValueError(error.message)
            case ParseError():
                return InvalidQueryError(error.message)
            case pg.UniqueViolationError():
                return DuplicateValueError(self._field_of(str(error.table_name), str(error.constraint_name)))
            case pg.InvalidRegularExpressionError():
                return InvalidQueryError("the regular expression is malformed")
            case pg.QueryCanceledError() | pg.StatementTooComplexError():
                return InvalidQueryError("operation exceeded time limit")
        return self._by_family(error)

    def _by_family(self, error: BaseException) -> StorageError | None:
        if isinstance(error, _UNFIT):
            text = "a value cannot be stored"
            return InvalidValueError(text) if self._writing else InvalidQueryError(text)
        if isinstance(error, _UNAVAILABLE):
            return StorageUnavailableError(f"the database does not answer ({_spoken(error)})")
        return StorageError(f"the database refused ({_spoken(error)})") if isinstance(error, DRIVER) else None


def is_lost(error: BaseException) -> bool:
    """Whether the connection broke; the driver's refusal of an argument belongs to the same family."""
    return isinstance(error, LOST) and not isinstance(error, ArgumentError)


def is_collision(error: BaseException | None) -> bool:
    """Whether two changed the same tables at once and one of them was refused: trying again helps."""
    if isinstance(error, pg.UniqueViolationError):
        return error.schema_name == "pg_catalog"
    return isinstance(error, _COLLISIONS) or getattr(error, "sqlstate", None) == _CONCURRENT_UPDATE


def unreachable(place: str, error: BaseException) -> StorageUnavailableError:
    """No connection could be made."""
    return StorageUnavailableError(f"PostgreSQL at {place} cannot be reached ({_spoken(error)})")


def _spoken(error: BaseException) -> str:
    """The name of an error and PostgreSQL's code for it, without its text: that may hold values."""
    code = getattr(error, "sqlstate", None)
    name = type(error).__name__.removesuffix("Error")
    return f"{name}, {code}" if code else name
