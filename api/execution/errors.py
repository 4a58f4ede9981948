"""The one place where exceptions become what clients see: a code, a sentence, a request id.

| raised | `extensions.code` |
| --- | --- |
| `Unauthenticated`, `Forbidden` | `UNAUTHENTICATED`, `FORBIDDEN` |
| `Refused` where there is no payload to tell it | `BAD_USER_INPUT` with `userErrorCode`, `field` |
| `RateLimited` | `RATE_LIMITED` with `retryAfter`, in seconds |
| `Unavailable` | `UNAVAILABLE` with `engine` |
| `Rejected`: a request that is none, or asks for too much | its own |
| a document that does not parse, or not validate | `GRAPHQL_PARSE_FAILED`, `…_VALIDATION_FAILED` |
| variables and arguments of a wrong type | `BAD_USER_INPUT` |
| anything else | `INTERNAL_SERVER_ERROR`: logged with its cause, told without it |

What graphql-core says about documents and variables is for developers and stays in English;
every other sentence is in the reader's language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

import structlog
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from domain.errors import (
    Forbidden,
    LaurelsError,
    RateLimited,
    Refused,
    Unauthenticated,
    Unavailable,
)
from domain.values import value
from infra.i18n import Catalogue, Locale

_log = structlog.stdlib.get_logger(__name__)

Formatted: TypeAlias = dict[str, Any]

RETRY_SECONDS: Final = 5
"""When to try again what could not be done now, where nothing tells it better."""


class Code(StrEnum):
    """`extensions.code` of every top-level error."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    RATE_LIMITED = "RATE_LIMITED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Rejected(Exception):
    """A request that cannot be an operation; `reason` is a catalogue key, `status` HTTP's.

    One that can be tried again says when: `retry_after` is in whole seconds.
    """

    def __init__(
        self,
        code: Code,
        reason: str,
        *,
        status: int = 400,
        retry_after: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.status = status
        self.params = params
        self.more: Formatted = {} if retry_after is None else {"retryAfter": retry_after}


class ValidationFailed(GraphQLError):
    """A place where a document is not what the schema allows."""


@value
class Reader:
    """Whom an error is told: known before anything else about a request is."""

    catalogue: Catalogue
    locale: Locale
    request_id: str

    def say(self, key: str, /, **params: object) -> str:
        return self.catalogue.say(key, self.locale, **params)


@dataclass(frozen=True, slots=True)
class _Told:
    code: Code
    message: str
    more: Formatted


def present(errors: Iterable[Exception], reader: Reader) -> list[Formatted]:
    """The response's `errors`. Logs what is nobody's intention, each cause once."""
    logged: set[int] = set()
    return [_present(error, reader, logged) for error in errors]


def is_failure(formatted: Formatted) -> bool:
    """Whether an error is the service's own, so that people who keep it should know."""
    return formatted["extensions"]["code"] in {Code.INTERNAL_SERVER_ERROR, Code.UNAVAILABLE}


def _present(error: Exception, reader: Reader, logged: set[int]) -> Formatted:
    told = _tell(error, reader)
    if told is None:
        cause = _cause(error)
        if id(cause) not in logged:
            logged.add(id(cause))
            path = error.path if isinstance(error, GraphQLError) else None
            _log.error("operation.failed", exc_info=cause, path=path, request_id=reader.request_id)
        message = reader.say("error.internal", request_id=reader.request_id)
        told = _Told(Code.INTERNAL_SERVER_ERROR, message, {})
    formatted: Formatted = {"message": told.message}
    if isinstance(error, GraphQLError):
        formatted |= _place(error)
    extensions = {"code": told.code, "requestId": reader.request_id, **told.more}
    return formatted | {"extensions": extensions}


def _place(error: GraphQLError) -> Formatted:
    place: Formatted = {}
    if error.locations:
        place["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path is not None:
        place["path"] = list(error.path)
    return place


def _cause(error: Exception) -> Exception:
    """What was raised, below graphql-core's wrappings."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _tell(error: Exception, reader: Reader) -> _Told | None:
    """What the client learns; None when that must be nothing."""
    cause = _cause(error)
    if isinstance(cause, LaurelsError):
        return _tell_laurels(cause, reader)
    if isinstance(cause, Rejected):
        return _Told(cause.code, reader.say(cause.reason, **cause.params), cause.more)
    if isinstance(cause, GraphQLSyntaxError):
        return _Told(Code.GRAPHQL_PARSE_FAILED, cause.message, {})
    if isinstance(cause, ValidationFailed):
        return _Told(Code.GRAPHQL_VALIDATION_FAILED, cause.message, {})
    if isinstance(cause, GraphQLError):
        return _tell_graphql(error, cause)
    return None


def _tell_laurels(cause: LaurelsError, reader: Reader) -> _Told | None:
    match cause:
        case Refused():
            more: Formatted = {"userErrorCode": cause.code}
            if cause.field is not None:
                more["field"] = list(cause.field)
            return _Told(Code.BAD_USER_INPUT, reader.say(cause.reason, **cause.params), more)
        case Unauthenticated():
            return _Told(Code.UNAUTHENTICATED, reader.say(cause.reason), {})
        case Forbidden():
            return _Told(Code.FORBIDDEN, reader.say(cause.reason), {})
        case RateLimited():
            seconds = max(math.ceil(cause.retry_after), 1)
            message = reader.say("error.rate_limited", seconds=seconds)
            return _Told(Code.RATE_LIMITED, message, {"retryAfter": seconds})
        case Unavailable():
            _log.warning("engine.away", engine=cause.engine, request_id=reader.request_id)
            message = reader.say("error.unavailable")
            return _Told(Code.UNAVAILABLE, message, {"engine": cause.engine})
        case _:
            return None


def _tell_graphql(error: Exception, cause: GraphQLError) -> _Told | None:
    """What graphql-core itself found. Only what it says about the request may be told.

    Before execution nothing has a path, and everything is about the request. Afterwards only
    arguments are: an error at the fields themselves is about a value of ours.
    """
    path = error.path if isinstance(error, GraphQLError) else None
    of_arguments = isinstance(cause, StrawberryInputCoercionError) or any(
        not isinstance(node, FieldNode) for node in cause.nodes or ()
    )
    if path is None or of_arguments:
        return _Told(Code.BAD_USER_INPUT, cause.message, {})
    return None
