"""Enums of the domain as GraphQL enums: the same values, each with a sentence about it.

Types take their enums from here and not from the domain, so that the sentences are always there
before a type is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from domain.earning import RuleState
from domain.errors import RefusalCode
from domain.ledger import DebtPolicy, EntryKind, HoldState
from domain.members import Role
from gamification.engine.intake import Outcome

E = TypeVar("E", bound=Enum)


def described(
    enum: type[E], *, description: str, values: Mapping[E, str], name: str | None = None
) -> None:
    """Makes a GraphQL enum of `enum`.

    Raises: KeyError when a value has no sentence.
    """
    strawberry.enum(enum, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", vars(enum)["__strawberry_definition__"])
    for value in definition.values:
        value.description = values[enum[value.name]]


described(
    RefusalCode,
    name="UserErrorCode",
    description="What kind of correction a refusal asks for.",
    values={
        RefusalCode.NOT_FOUND: "Nothing there that the caller may see.",
        RefusalCode.INVALID: "A value breaks a rule of its field.",
        RefusalCode.CONFLICT: "The same key or name already stands for something else.",
        RefusalCode.NOT_ALLOWED: "The caller may see it, but not do this with it.",
        RefusalCode.NOT_ELIGIBLE: "The programme's conditions are not met.",
        RefusalCode.ALREADY_DONE: "Once is all there is.",
        RefusalCode.INSUFFICIENT_POINTS: "The balance does not reach.",
        RefusalCode.OUT_OF_STOCK: "Nothing is left.",
        RefusalCode.LIMIT_REACHED: "A stated limit is used up.",
        RefusalCode.NOT_STARTED: "It begins later.",
        RefusalCode.ENDED: "It is over.",
        RefusalCode.EXPIRED: "It ended by itself.",
        RefusalCode.SUSPENDED: "The member may not do this for now.",
        RefusalCode.RATE_LIMITED: "Wait before the next try.",
    },
)
described(
    Role,
    description="What a member may do beside being one.",
    values={
        Role.SHOPPER: "Earns, plays, posts and invites.",
        Role.MODERATOR: "Reviews posts and comments.",
        Role.ADMIN: "Designs the programme and corrects its books.",
        Role.SERVICE: "A system of the shop, such as its order service.",
    },
)
described(
    RuleState,
    description="Only LIVE rules award points.",
    values={
        RuleState.DRAFT: "Being written.",
        RuleState.LIVE: "Awards points.",
        RuleState.PAUSED: "Awards nothing for now.",
        RuleState.ARCHIVED: "Of the past; what it gave stays.",
    },
)
described(
    DebtPolicy,
    description="What a refund does where the points are already spent.",
    values={
        DebtPolicy.LIMIT_TO_AVAILABLE: "It takes back what is there, no more.",
        DebtPolicy.ALLOW_DEBT: "The balance goes negative; later earnings fill it first.",
    },
)
described(
    EntryKind,
    name="PointsEntryKind",
    description="What moved the points.",
    values={
        EntryKind.EARN: "An earn rule awarded them.",
        EntryKind.CONFIRM: "A pending award became available.",
        EntryKind.REDEEM: "They were spent.",
        EntryKind.REFUND: "A redemption was cancelled and they came back.",
        EntryKind.CLAWBACK: "A refund took back what its order had earned.",
        EntryKind.EXPIRE: "They reached their end.",
        EntryKind.ADJUST: "Staff corrected the balance.",
        EntryKind.HOLD: "A checkout reserved them.",
        EntryKind.RELEASE: "A reservation ended.",
    },
)
described(
    HoldState,
    description="Where a hold stands.",
    values={
        HoldState.OPEN: "Its points are reserved.",
        HoldState.CAPTURED: "Its points were spent.",
        HoldState.RELEASED: "Its points were given back.",
        HoldState.EXPIRED: "It ran out, and its points went back by themselves.",
    },
)
described(
    Outcome,
    name="ActivityOutcome",
    description="What became of a reported activity.",
    values={
        Outcome.APPLIED: "Recorded durably, once; its effects are there, or moments away.",
        Outcome.DUPLICATE: "Known before with the same content; nothing changed.",
        Outcome.REJECTED: "Refused alone; `error` says why.",
    },
)

__all__ = [
    "DebtPolicy",
    "EntryKind",
    "HoldState",
    "Outcome",
    "RefusalCode",
    "Role",
    "RuleState",
    "described",
]
