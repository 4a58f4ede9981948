"""Compiles the documents that are used, and remembers their code.

A document is compiled when it is used for the third time, one that is trusted at once: code costs
milliseconds to make and some 200 KiB to keep. What cannot be compiled is left to the interpreter,
once with a line in the log that says why, and every time with a count.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

import structlog
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.values import VariableValues
from strawberry import Schema

from api.execution.compiler.access import Accesses, refuse
from api.execution.compiler.core import core_schema
from api.execution.compiler.documents import conditions_of, executor_of
from api.execution.compiler.effects import Effects
from api.execution.compiler.inputs import Readers
from api.execution.compiler.planning import Coordinate
from api.execution.compiler.program import Program
from api.execution.compiler.reasons import AwaitableFound, GivenUp, Reason, Unsupported
from api.execution.compiler.variables import Variables
from api.execution.context import Context

Outcome: TypeAlias = ExecutionResult | list[GraphQLError]
"""What came of an operation; errors alone where its variables are wrong, as of `Executor.build`."""

Count: TypeAlias = Callable[[str], None]
"""Told how each operation went: `compiled`, `young` for a document not used enough, or why not."""

COMPILED: Final = "compiled"
YOUNG: Final = "young"

_MOST_WARMED: Final = 4
_log = structlog.stdlib.get_logger(__name__)

_Key = tuple[str, str | None]
_Flags = tuple[bool, ...]


@dataclass(slots=True)
class _Document:
    """One operation of a text: how often it was asked for, what it depends on, why not."""

    tree: DocumentNode
    operation: OperationDefinitionNode
    variables: Variables
    uses: int = 0
    conditions: tuple[str, ...] | None = None
    refused: Reason | None = None


class Compiler:
    """Executes the operations of one schema by code made for each document.

    `after` is how many uses go to the interpreter first, `keep` how many programs are kept, and
    `remember` how many characters of documents that are not compiled, or no longer.

    Raises: TypeError for a schema with hooks that compiled code would not run.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        after: int = 2,
        keep: int = 128,
        remember: int = 400_000,
        count: Count | None = None,
    ) -> None:
        refuse(schema)
        self._schema = schema
        self._accesses = Accesses(schema)
        self._readers = Readers()
        self._after = after
        self._keep = keep
        self._remember = remember
        self._count: Count = count or _uncounted
        self._held = 0
        self._awaited: set[Coordinate] = set()
        self._documents: OrderedDict[_Key, _Document] = OrderedDict()
        self._programs: OrderedDict[tuple[_Key, _Flags], Program] = OrderedDict()

    async def execute(
        self,
        tree: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        context: Context,
        *,
        trusted: bool = False,
        effects: Effects | None = None,
        event: object = None,
    ) -> Outcome | None:
        """Executes a valid query or mutation, or a subscription's selection on one `event`.

        None leaves it to the interpreter. A mutation's `effects` may have been had all the same:
        the interpreter must be told.
        """
        key = _key(tree, operation)
        document = self._document(key, tree, operation)
        if document.refused is None and document.uses <= self._after and not trusted:
            self._count(YOUNG)
            return None
        try:
            self._examine(document)
            root = _root(operation, effects) if event is None else event
            return await self._execute(key, document, variables, context, root)
        except Unsupported as unsupported:
            self._refuse(document, unsupported)
            return None

    @property
    def has_room(self) -> bool:
        """Whether a document can be warmed without the code of another having to go."""
        return len(self._programs) + _MOST_WARMED <= self._keep

    def warm(self, tree: DocumentNode, operation: OperationDefinitionNode) -> None:
        """Compiles an operation before it is asked for, under every condition where these are few.

        Raises: Unsupported.
        """
        key = _key(tree, operation)
        document = self._document(key, tree, operation)
        document.uses = self._after + 1
        self._examine(document)
        choices = product((True, False), repeat=len(document.conditions or ()))
        for flags, _ in zip(choices, range(_MOST_WARMED), strict=False):
            self._program(key, document, flags)

    async def _execute(
        self,
        key: _Key,
        document: _Document,
        variables: dict[str, Any],
        context: Context,
        root: object,
    ) -> Outcome:
        values = document.variables.coerce(variables)
        if isinstance(values, list):
            self._count(COMPILED)
            return values
        flags = _flags(document.conditions or (), values)
        while True:
            program = self._program(key, document, flags)
            try:
                result = await program.run(context, values, root)
            except AwaitableFound as found:
                self._awaited.add(found.coordinate)
                if self._programs.get((key, flags)) is program:  # or somebody was faster
                    del self._programs[key, flags]
            except GivenUp as given_up:
                raise given_up.unsupported from None
            else:
                self._count(COMPILED)
                return result

    def _program(self, key: _Key, document: _Document, flags: _Flags) -> Program:
        program = self._programs.get((key, flags))
        if program is not None:
            self._programs.move_to_end((key, flags))
            return program
        conditions = dict(zip(document.conditions or (), flags, strict=True))
        executor = executor_of(self._schema, document.tree, document.operation, conditions)
        program = Program(self._schema, self._accesses, executor, self._awaited)
        self._programs[key, flags] = program
        if len(self._programs) > self._keep:
            self._programs.popitem(last=False)
        return program

    def _document(
        self, key: _Key, tree: DocumentNode, operation: OperationDefinitionNode
    ) -> _Document:
        known = self._documents.get(key)
        if known is None:
            variables = Variables(core_schema(self._schema), self._readers, operation)
            known = self._documents[key] = _Document(tree, operation, variables)
            self._held += len(key[0])
            while self._held > self._remember and len(self._documents) > 1:
                (text, _), _ = self._documents.popitem(last=False)
                self._held -= len(text)
        else:
            self._documents.move_to_end(key)
        known.uses += 1
        return known

    def _examine(self, document: _Document) -> None:
        """Raises: Unsupported for a document that is not for compiling."""
        if document.refused is not None:
            raise Unsupported(document.refused, "found before")
        if document.conditions is None:
            document.conditions = conditions_of(document.tree, document.operation)

    def _refuse(self, document: _Document, why: Unsupported) -> None:
        self._count(why.reason)
        if document.refused is not None or why.reason is Reason.CONDITION:
            return  # told before, or a matter of these variables alone
        document.refused = why.reason
        name = document.operation.name
        _log.info(
            "document.interpreted",
            reason=why.reason.value,
            detail=why.detail,
            operation=name.value if name else None,
        )


def _root(operation: OperationDefinitionNode, effects: Effects | None) -> Effects | None:
    """What a query or a mutation starts with."""
    return effects or Effects() if operation.operation is OperationType.MUTATION else None


def _flags(conditions: tuple[str, ...], values: VariableValues) -> _Flags:
    """Raises: Unsupported where a condition has no value, which fails where it is met."""
    if not conditions:
        return ()
    flags = [values.coerced.get(name) for name in conditions]
    if not all(isinstance(flag, bool) for flag in flags):
        raise Unsupported(Reason.CONDITION, "a variable of @skip or @include has no value")
    return tuple(flag is True for flag in flags)


def _uncounted(_how: str) -> None:
    pass


def _key(tree: DocumentNode, operation: OperationDefinitionNode) -> _Key:
    name = operation.name.value if operation.name else None
    text = tree.loc.source.body if tree.loc else str(id(tree))
    return text, name
