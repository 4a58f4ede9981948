"""Why something is left to the interpreter, and why compiled code gives up on an operation."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Few enough to label a metric with."""

    INTROSPECTION = "introspection"
    DIRECTIVE = "directive"
    CONDITION = "condition"
    FRAGMENT_VARIABLES = "fragment_variables"
    SIZE = "size"
    ASYNC_ITEMS = "async_items"
    ASYNC_LIST = "async_list"
    ASYNC_TYPE = "async_type"
    BROKEN = "broken"


class Unsupported(Exception):
    """A document, or one way of running it, that only the interpreter can execute."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Deoptimised(BaseException):
    """What the code was written for is not what happened; whoever started it starts anew.

    Not an `Exception`, since a field that fails is told to the client, and this is not.
    """


class AwaitableFound(Deoptimised):
    """A field that was written as plain gave something to wait for."""

    def __init__(self, parent: str, field: str) -> None:
        super().__init__(parent, field)
        self.coordinate = (parent, field)


class GivenUp(Deoptimised):
    """Only the interpreter can complete what a resolver gave."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.unsupported = Unsupported(reason, detail)
