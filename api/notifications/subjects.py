"""What notifications are about: the things of the programme by the keys that activities name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from api.badges.types import badge_nodes
from api.challenges.types import participation_nodes
from api.coupons.types import template_nodes
from api.deals.types import bargain_nodes, group_nodes
from api.decisions.types import decision_nodes
from api.execution.context import Context
from api.leaderboards.nodes import leaderboard_nodes
from api.memberships.types import membership_nodes
from api.posts.comments import comment_nodes
from api.posts.types import post_nodes
from api.referrals.types import referral_nodes
from api.relay import Node, Nodes
from api.rewards.redemptions import redemption_nodes
from api.tiers.types import tier_nodes
from domain.activity import Activity
from gamification.badges import store as badges_store
from gamification.coupons import templates
from gamification.leaderboards import store as boards_store
from gamification.memberships import plans
from gamification.tiers import store as tiers_store
from infra.database import Sql
from infra.ids import GlobalId, Kind, encode_id


class Section(StrEnum):
    """A part of the programme, by the attribute that names one of its things."""

    TIER = "tier"
    BADGE = "badge"
    BOARD = "board"
    COUPON = "couponKey"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing of the programme: what members call it, and its id for clients."""

    name: str
    id: str


Names = Mapping[str, Named]
"""The things of a section by key."""


async def _members(context: Context, ids: list[GlobalId]) -> Sequence[Node]:
    """Members of whom activities tell: a member's own fields lead here, so it cannot be known."""
    loaded = await context.load_many(context.services.members, [one.key for one in ids])
    return cast("Sequence[Node]", loaded)


SUBJECTS: Final = Nodes(
    {
        Kind.TIER: tier_nodes,
        Kind.BADGE: badge_nodes,
        Kind.PARTICIPATION: participation_nodes,
        Kind.LEADERBOARD: leaderboard_nodes,
        Kind.COUPON_TEMPLATE: template_nodes,
        Kind.MEMBERSHIP: membership_nodes,
        Kind.REDEMPTION: redemption_nodes,
        Kind.POST: post_nodes,
        Kind.COMMENT: comment_nodes,
        Kind.DECISION: decision_nodes,
        Kind.MEMBER: _members,
        Kind.GROUP_BUY: group_nodes,
        Kind.BARGAIN: bargain_nodes,
        Kind.REFERRAL: referral_nodes,
    }
)
"""Loads what notifications are about."""

_OWN_IDS: Final = (
    "referralId",
    "decisionId",
    "membershipId",
    "redemptionId",
    "commentId",
    "postId",
    "dealId",
    "subjectId",
)


def section_of(activity: Activity) -> Section | None:
    """Where the thing that the activity names is to be found."""
    return next((one for one in Section if one in activity.attributes), None)


async def names_of(context: Context, sections: list[Section]) -> list[Names]:
    """The names of all things of these sections, for `context.load`."""
    sql = context.services.platform.database
    return [await _LOADED[section](sql) for section in sections]


def subject_of(activity: Activity, named: Named | None) -> str | None:
    """The id of what the activity is about; None where there is nothing to look at."""
    told = activity.attributes
    for name in _OWN_IDS:
        if name in told:
            return str(told[name])
    if activity.type == "member.followed":
        return str(told["actorId"])
    if "participation" in told:
        return encode_id(Kind.PARTICIPATION, UUID(told["participation"]))
    return None if named is None else named.id


async def _tiers(sql: Sql) -> Names:
    return _named(Kind.TIER, ((one.key, one.name, one.id) for one in await tiers_store.tiers(sql)))


async def _badges(sql: Sql) -> Names:
    found = await badges_store.badges(sql)
    return _named(Kind.BADGE, ((one.key, one.name, one.id) for one in found))


async def _boards(_: Sql) -> Names:
    found = await boards_store.boards()
    return _named(Kind.LEADERBOARD, ((one.key, one.name, one.id) for one in found))


async def _coupons(sql: Sql) -> Names:
    found = (await templates.newest(sql)).values()
    return _named(Kind.COUPON_TEMPLATE, ((one.key, one.name, one.id) for one in found))


async def _plans(sql: Sql) -> Names:
    found = await plans.newest(sql)
    return _named(Kind.MEMBERSHIP_PLAN, ((one.key, one.name, one.id) for one in found))


def _named(kind: Kind, found: Iterable[tuple[str, str, UUID]]) -> Names:
    return {key: Named(name, encode_id(kind, id_)) for key, name, id_ in found}


_LOADED: Final[Mapping[Section, Callable[[Sql], Awaitable[Names]]]] = {
    Section.TIER: _tiers,
    Section.BADGE: _badges,
    Section.BOARD: _boards,
    Section.COUPON: _coupons,
    Section.PLAN: _plans,
}
