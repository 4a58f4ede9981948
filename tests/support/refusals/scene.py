"""Every way in which points, rewards, coupons, tiers and memberships refuse something.

A case is named by its reason, the key of the sentence that people read. It says by which mutation
it is asked for and with which code it is refused, and prepares what makes it be so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.members import Role
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from gamification.rewards.redemptions import RedemptionRow
from infra.ids import Kind, encode_id, new_id
from tests.gamification.coupons.conftest import Coupons
from tests.support.clubs import Club
from tests.support.reward_counter import RewardCounter

TILL: Final = UUID(int=7)
DAY: Final = timedelta(days=1)
Input: TypeAlias = dict[str, Any] | None


@dataclass
class Scene:
    """A shop with everything, and two members, C-1 and C-2, with 100 points each."""

    club: Club
    counter: RewardCounter = field(init=False)
    coupons: Coupons = field(init=False)

    def __post_init__(self) -> None:
        self.counter, self.coupons = RewardCounter(self.club), Coupons(self.club)

    async def member_id(self, ref: str = "C-1") -> str:
        return encode_id(Kind.MEMBER, await self.club.member(ref))

    async def redeem(self, **terms: Any) -> dict[str, str]:  # noqa: ANN401
        """Asks for a reward that is offered on these terms."""
        row = await self.counter.offer(**terms)
        return wish(row.reward.id)

    async def redeemed(self, **terms: Any) -> RedemptionRow:  # noqa: ANN401
        return await self.counter.redeem(await self.counter.offer(**terms))

    async def hold(self) -> HoldRow:
        draft = HoldDraft(await self.club.member(), 10, "A-1")
        to = (self.club.platform, self.club.programmes)
        return await holds.hold(*to, draft, actor_id=TILL, key=str(new_id()))

    async def ended(self, end: Any, held: HoldRow) -> None:  # noqa: ANN401 - capture or release
        await end(
            self.club.platform,
            self.club.programmes,
            member_id=held.member_id,
            number=held.hold.entry_number,
            actor_id=TILL,
        )


def wish(reward_id: UUID) -> dict[str, str]:
    return {"rewardId": encode_id(Kind.REWARD, reward_id), "idempotencyKey": "k"}


Prepare: TypeAlias = Callable[[Scene], Awaitable[Input]]


@dataclass(frozen=True)
class Case:
    reason: str
    code: str
    verb: str
    prepare: Prepare
    who: str | None
    roles: tuple[Role, ...]


CASES: Final[list[Case]] = []


def case(
    reason: str, code: str, verb: str, who: str | None = None, *roles: Role
) -> Callable[[Prepare], Prepare]:
    """Adds a case; who asks is an admin, or the member of a customer number."""
    asked_by = roles or (() if who else (Role.ADMIN,))

    def add(prepare: Prepare) -> Prepare:
        CASES.append(Case(reason, code, verb, prepare, who, asked_by))
        return prepare

    return add


def of_redemption(made: RedemptionRow) -> Input:
    return {"redemptionId": encode_id(Kind.REDEMPTION, made.id)}
