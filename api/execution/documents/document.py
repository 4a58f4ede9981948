"""Documents as they come in: parsed, measured and validated once, then remembered by their text."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import structlog
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    validate,
)

from api.execution.cost.measuring import Costs, costs_of
from api.execution.cost.terms import Formula
from api.execution.documents.lexing import parse_document
from api.execution.documents.limits import Limits, excess
from api.execution.documents.rules import rules_for
from api.execution.errors import Code, Rejected, ValidationFailed

_log = structlog.stdlib.get_logger(__name__)
_MOST_FAULTS: Final = 20
_AT_ONCE: Final = 2_000
"""Characters of a text that may be read while everybody waits: at most some 10 ms."""
_GAVE_UP: Final = "Parsing aborted."  # how graphql-core ends what it says about its limits


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what became of it: a tree to execute, or the reasons why there is none."""

    tree: DocumentNode | None
    errors: tuple[Exception, ...] = ()
    costs: Costs = field(default_factory=dict[str | None, Formula])


class Documents:
    """The documents of one schema. Remembers the most recently used, good and bad.

    `remember` is in characters of their texts: a tree takes up to 250 bytes for each.
    """

    def __init__(
        self, schema: GraphQLSchema, *, limits: Limits | None = None, remember: int = 400_000
    ) -> None:
        self._schema = schema
        self._limits = limits or Limits()
        self._remember = remember
        self._held = 0
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._being_read: dict[str, asyncio.Task[Document]] = {}
        self._one_at_a_time = asyncio.Lock()

    def read(self, text: str) -> Document:
        """The document of a text, from memory where it was read before."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        document = self.examine(text)
        self._keep(text, document)
        return document

    async def take(self, text: str) -> Document:
        """The same, without keeping everybody waiting for a long text that is new.

        It is read in a thread, one text at a time, and once however many ask for it.
        """
        if len(text) <= _AT_ONCE or text in self._known:
            return self.read(text)
        reading = self._being_read.get(text)
        if reading is None:
            reading = self._being_read[text] = asyncio.create_task(self._read_beside(text))
        # It goes on for the others where one of them is gone.
        return await asyncio.shield(reading)

    async def _read_beside(self, text: str) -> Document:
        try:
            async with self._one_at_a_time:
                document = await asyncio.to_thread(self.examine, text)
            self._keep(text, document)
            return document
        finally:
            del self._being_read[text]

    def _keep(self, text: str, document: Document) -> None:
        if text in self._known:
            return
        self._known[text] = document
        self._held += len(text)
        while self._held > self._remember:
            forgotten, _ = self._known.popitem(last=False)
            self._held -= len(forgotten)

    def knows(self, text: str) -> bool:
        """Whether a text can be read from memory."""
        return text in self._known

    def has_room(self, text: str) -> bool:
        """Whether a text can be remembered without forgetting another."""
        return self._held + len(text) <= self._remember

    def examine(self, text: str) -> Document:
        """What a text amounts to, remembering nothing."""
        try:
            tree = parse_document(text, most_tokens=self._limits.tokens)
        except GraphQLSyntaxError as error:
            too_long = error.message.endswith(_GAVE_UP)
            return Document(None, (self._too_much("tokens") if too_long else error,))
        # Measuring comes first: it is linear, and validation need not be.
        exceeded = excess(tree, self._limits)
        if exceeded is not None:
            return Document(None, (self._too_much(exceeded),))
        faults = validate(self._schema, tree, rules_for(text), max_errors=_MOST_FAULTS)
        if faults:
            return Document(None, tuple(_told(fault) for fault in faults))
        return Document(tree, costs=costs_of(self._schema, tree))

    def _too_much(self, what: str) -> Rejected:
        limit: int = getattr(self._limits, what)
        return Rejected(Code.QUERY_TOO_COMPLEX, f"document.{what}", limit=limit)


def _told(fault: GraphQLError) -> ValidationFailed:
    """A fault without the words of an exception that a scalar did not mean for clients."""
    message, cause = fault.message, fault.original_error
    if cause is not None and not isinstance(cause, GraphQLError):
        _log.warning("document.literal_broke_scalar", exc_info=cause)
        message = message.replace(f", but encountered error '{cause}'", "")
    return ValidationFailed(message, fault.nodes)
