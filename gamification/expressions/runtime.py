"""The CEL runtime as far as it is used, in types that both checkers understand.

The package's own stubs come without a `py.typed` and name protobuf classes that are not
installed. Here is the boundary: `environment` makes these objects, nobody else imports CEL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType, Protocol

Activation = NewType("Activation", object)  # values of all names, converted on first use
Arena = NewType("Arena", object)  # holds what evaluations allocate until it is dropped


class ValueKind(Protocol):
    def name(self) -> str: ...


class Value(Protocol):
    """A result; a failure is one too, with the kind ERROR and a sentence as its value."""

    def value(self) -> object: ...
    def type(self) -> ValueKind: ...


class Expression(Protocol):
    def eval(self, activation: Activation, /) -> Value: ...
    def return_type(self) -> ValueKind: ...
    def serialize(self) -> bytes: ...


class Environment(Protocol):
    def Activation(  # noqa: N802 - named by the runtime
        self, data: Mapping[str, object], *, arena: Arena
    ) -> Activation: ...
    def compile(self, expression: str, /) -> Expression: ...
