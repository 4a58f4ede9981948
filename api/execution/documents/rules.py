"""Which of the rules of validation a text may break at all.

What has no `$` in it has no variables to be unused, undefined or of the wrong type, and three of
the rules about them walk through each operation once more to find that out. Source of the rules:
the specification of GraphQL, "Validation", as graphql-core has it, and strawberry's two.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from graphql.validation import (
    ASTValidationRule,
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    FragmentsOnCompositeTypesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    PossibleFragmentSpreadsRule,
    StreamDirectiveOnListField,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueVariableNamesRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

Rules = tuple[type[ASTValidationRule], ...]

RULES: Final[Rules] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

_BROKEN_WITH: Final[dict[tuple[str, ...], set[type[ASTValidationRule]]]] = {
    ("$",): {
        NoUndefinedVariablesRule,
        NoUnusedVariablesRule,
        UniqueVariableNamesRule,
        VariablesAreInputTypesRule,
        VariablesInAllowedPositionRule,
    },
    ("@",): {
        DeferStreamDirectiveLabel,
        DeferStreamDirectiveOnRootField,
        DeferStreamDirectiveOnValidOperationsRule,
        KnownDirectivesRule,
        StreamDirectiveOnListField,
        UniqueDirectivesPerLocationRule,
    },
    ("...", "fragment"): {
        FragmentsOnCompositeTypesRule,
        KnownFragmentNamesRule,
        NoFragmentCyclesRule,
        NoUnusedFragmentsRule,
        PossibleFragmentSpreadsRule,
        UniqueFragmentNamesRule,
    },
}
"""Rules by what a text has some of where it breaks one of them."""


def rules_for(text: str) -> Rules:
    """All rules that the document of a text may break, in their order."""
    return _rules(*(any(sign in text for sign in signs) for signs in _BROKEN_WITH))


@lru_cache(maxsize=8)
def _rules(*met: bool) -> Rules:
    kept = zip(_BROKEN_WITH.values(), met, strict=True)
    spared = set[type[ASTValidationRule]]().union(*(rules for rules, is_met in kept if not is_met))
    return tuple(rule for rule in RULES if rule not in spared)
