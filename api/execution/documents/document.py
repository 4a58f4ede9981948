"""Documents as they come in: parsed, measured and validated once, then remembered by their text."""

from __future__ import annotations

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
from graphql.validation import specified_rules
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.execution.cost.measuring import Costs, costs_of
from api.execution.cost.terms import Formula
from api.execution.documents.lexing import parse_document
from api.execution.documents.limits import Limits, excess
from api.execution.errors import Code, Rejected, ValidationFailed

_log = structlog.stdlib.get_logger(__name__)
_RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_MOST_FAULTS: Final = 20
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

    def read(self, text: str) -> Document:
        """The document of a text, from memory where it was read before."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        document = self.examine(text)
        self._known[text] = document
        self._held += len(text)
        while self._held > self._remember:
            forgotten, _ = self._known.popitem(last=False)
            self._held -= len(forgotten)
        return document

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
        faults = validate(self._schema, tree, _RULES, max_errors=_MOST_FAULTS)
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
