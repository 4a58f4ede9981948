"""Every error that Laurels raises on purpose. They carry data; the API turns them into words.

LaurelsError
├── Refused                 something a person can correct; becomes a `userErrors` entry
│   ├── Invalid             a value breaks a rule of its field
│   ├── NotFound            nothing there that the caller may see
│   ├── Conflict            the same key or name already stands for something else
│   ├── NotAllowed          the caller may see it, but not do this with it
│   ├── NotEligible         the programme's conditions are not met
│   ├── AlreadyDone         once is all there is
│   ├── NotEnoughPoints     the balance does not reach
│   ├── OutOfStock          nothing is left
│   ├── LimitReached        a stated limit is used up
│   ├── NotStarted          it begins later
│   ├── Ended               it is over
│   ├── Expired             it ended by itself
│   ├── Suspended           the member may not do this until the suspension ends
│   └── TooManyAttempts     wait before the next try
├── Unauthenticated         a token is missing, wrong or over
├── Forbidden               the token is good, its roles are not enough
├── RateLimited             over a limit of requests
└── Unavailable             an engine that the answer needs is away
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar


class RefusalCode(StrEnum):
    """What kind of correction a refusal asks for. Source: `UserErrorCode` of the contract."""

    NOT_FOUND = "NOT_FOUND"
    INVALID = "INVALID"
    CONFLICT = "CONFLICT"
    NOT_ALLOWED = "NOT_ALLOWED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ALREADY_DONE = "ALREADY_DONE"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_REACHED = "LIMIT_REACHED"
    NOT_STARTED = "NOT_STARTED"
    ENDED = "ENDED"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    RATE_LIMITED = "RATE_LIMITED"


class LaurelsError(Exception):
    """Root of the tree drawn above."""


class Refused(LaurelsError):
    """Something the person can correct.

    `reason` is the key of a sentence in the message catalogues, `params` fills it in, and
    `field` is the path of the culprit inside the mutation's input.
    """

    code: ClassVar[RefusalCode] = RefusalCode.INVALID

    def __init__(
        self, reason: str, *, field: tuple[str, ...] | None = None, **params: object
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.params: Mapping[str, object] = params

    def at(self, *prefix: str) -> Refused:
        """The same refusal, told from `prefix` levels further out."""
        self.field = (*prefix, *(self.field or ()))
        return self


class Invalid(Refused):
    code = RefusalCode.INVALID


class NotFound(Refused):
    code = RefusalCode.NOT_FOUND


class Conflict(Refused):
    code = RefusalCode.CONFLICT


class NotAllowed(Refused):
    code = RefusalCode.NOT_ALLOWED


class NotEligible(Refused):
    code = RefusalCode.NOT_ELIGIBLE


class AlreadyDone(Refused):
    code = RefusalCode.ALREADY_DONE


class NotEnoughPoints(Refused):
    code = RefusalCode.INSUFFICIENT_POINTS


class OutOfStock(Refused):
    code = RefusalCode.OUT_OF_STOCK


class LimitReached(Refused):
    code = RefusalCode.LIMIT_REACHED


class NotStarted(Refused):
    code = RefusalCode.NOT_STARTED


class Ended(Refused):
    code = RefusalCode.ENDED


class Expired(Refused):
    code = RefusalCode.EXPIRED


class Suspended(Refused):
    code = RefusalCode.SUSPENDED


class TooManyAttempts(Refused):
    code = RefusalCode.RATE_LIMITED


class Unauthenticated(LaurelsError):
    """A token is missing, wrong, revoked or over; `reason` is a catalogue key."""

    def __init__(self, reason: str = "auth.required") -> None:
        super().__init__(reason)
        self.reason = reason


class Forbidden(LaurelsError):
    """The token is good, but none of its roles opens this."""

    def __init__(self, reason: str = "auth.forbidden") -> None:
        super().__init__(reason)
        self.reason = reason


class RateLimited(LaurelsError):
    """Over a limit of requests; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after:.0f} s")
        self.retry_after = retry_after


class Unavailable(LaurelsError):
    """An engine that the answer needs is away: `postgres` or `redis`."""

    def __init__(self, engine: str) -> None:
        super().__init__(engine)
        self.engine = engine
