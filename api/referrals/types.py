"""Referrals: a member's invitations, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.images.types import Image
from api.payloads import Payload
from api.referrals.enums import ReferralState
from api.relay import After, First, Node, PageInfo, edges_of
from api.scalars import Long
from community.referrals import sights, statistics, store
from community.referrals.invitations import posters
from community.referrals.invitations.invitation import Invitation
from community.referrals.invitations.posters import Poster
from community.referrals.statistics import Brought
from community.referrals.store import ReferralRow
from domain.members import Role
from domain.referrals import Refusal
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset
from members.store import Profile

if TYPE_CHECKING:
    from api.members.types import Member

_MEMBER: Final = strawberry.lazy("api.members.types")
_STAFF: Final = (Role.MODERATOR, Role.ADMIN)
_BY_ID: Final = keyset(UUID)


@strawberry.type(description="Something that speaks against a referral.")
class ReferralSignal:
    key: str = strawberry.field(
        description="What it is, like `DEVICE_OF_REFERRER`: a trait, and with whom it is shared."
    )
    weight: int = strawberry.field(
        description="From a sum of 50 on staff look at it, from 100 on it is refused."
    )
    seen: int = strawberry.field(description="With how many others, or how many at once.")
    noticed_at: datetime = strawberry.field(description="Since when it is known.")


@strawberry.type(description="A friend whom a member brought. The first touch counts, for good.")
class Referral(Node):
    row: strawberry.Private[ReferralRow]
    state: ReferralState = strawberry.field(description="How far it has come.")
    created_at: datetime = strawberry.field(description="When the friend came.")
    rewarded_at: datetime | None = strawberry.field(
        description="When the rewards were given; null before."
    )
    confirms_at: datetime | None = strawberry.field(
        description="When the confirm period is over; null while nothing has qualified."
    )
    refusal: str | None = strawberry.field(
        description="Why it is refused: SAME_PERSON, CYCLE, ALREADY_CUSTOMER or BY_STAFF; "
        "MONTHLY_CAP where it is rewarded, to the friend alone. Null otherwise."
    )
    points_earned: Long = strawberry.field(description="Points for the member who invited.")

    @classmethod
    def of(cls, row: ReferralRow) -> Referral:
        return cls(
            id=strawberry.ID(encode_id(Kind.REFERRAL, row.id)),
            row=row,
            state=row.state,
            created_at=row.created_at,
            rewarded_at=row.rewarded_at,
            confirms_at=row.confirms_at,
            refusal=row.refusal,
            points_earned=row.referrer_points,
        )

    @batch_field(description="Who invited.")
    @staticmethod
    async def referrer(
        referrals: Sequence[Referral], info: Info
    ) -> list[Annotated[Member, _MEMBER]]:
        return await _members(info.context, [one.row.referrer_id for one in referrals])

    @batch_field(description="Who was invited.")
    @staticmethod
    async def referee(
        referrals: Sequence[Referral], info: Info
    ) -> list[Annotated[Member, _MEMBER]]:
        return await _members(info.context, [one.row.referee_id for one in referrals])

    @field(description="The refusal, or that it is being looked at, in a kind sentence; else null.")
    def explanation(self, info: Info) -> str | None:
        if self.row.refusal is not None:
            return _kindly(info.context, self.row.refusal)
        return info.context.say("referral.held") if self.row.held else None

    @field(description="Whether it waits until staff have looked at it.")
    def held(self) -> bool:
        return self.row.held

    @field(
        description="Whether staff let it go on; for moderators and admins, null for others.",
        reads_viewer=True,
    )
    def cleared(self, info: Info) -> bool | None:
        return self.row.cleared if info.context.has(*_STAFF) else None

    @expected(2)
    @batch_field(
        description="What speaks against it, the heaviest first; for moderators and admins, null "
        "for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def signals(
        referrals: Sequence[Referral], info: Info
    ) -> list[list[ReferralSignal] | None]:
        context = info.context
        if not context.has(*_STAFF):
            return [None for _ in referrals]
        ids = [one.row.id for one in referrals]
        found = await sights.signals_of(context.services.platform.database, ids)
        return [
            [
                ReferralSignal(key=s.key, weight=s.weight, seen=s.seen, noticed_at=at)
                for s, at in found[one]
            ]
            for one in ids
        ]


@strawberry.type(description="A referral and its place in the list.")
class ReferralEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Referral = strawberry.field(description="The referral.")


@strawberry.type(description="A page of referrals.")
class ReferralConnection:
    edges: list[ReferralEdge] = strawberry.field(description="Referrals with their cursors.")
    nodes: list[Referral] = strawberry.field(description="The referrals alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are in all.")

    @classmethod
    def of(cls, page: Page[ReferralRow], total: int) -> ReferralConnection:
        made = page.map(Referral.of)
        return cls(
            edges=edges_of(made, ReferralEdge),
            nodes=list(made.items),
            page_info=PageInfo.of(made),
            total_count=total,
        )


@strawberry.type(
    description="A member's invitations. The first touch counts: whose invitation a friend opened "
    "first, or whose code they gave first, has brought them, for good."
)
class ReferralProgram:
    profile: strawberry.Private[Profile]
    code: str = strawberry.field(description="What a friend gives when they sign up.")

    @field(description="Where the invitation is: for friends to open.")
    def link(self, info: Info) -> str:
        return _invitation(self.profile, "").link(info.context.services.address)

    @batch_field(
        description="A picture with code and QR to share, in the request's language. As a PNG it "
        "is at the `link`, followed by `/poster.png`."
    )
    @staticmethod
    async def poster(programs: Sequence[ReferralProgram], info: Info) -> list[Image]:
        context = info.context
        services = context.services
        settings = (await services.programmes.current(services.platform.database)).settings
        wanted = [
            Poster.of(
                _invitation(one.profile, settings.name),
                services.address,
                context.locale,
                context.say,
            )
            for one in programs
        ]
        return [Image.of(row) for row in await posters.images_of(services.platform, wanted)]

    @batch_field(description="How many friends came by the code.")
    @staticmethod
    async def invited(programs: Sequence[ReferralProgram], info: Info) -> list[int]:
        return [one.invited for one in await _brought(info.context, programs)]

    @batch_field(description="How many of them did what it takes, and did not undo it.")
    @staticmethod
    async def converted(programs: Sequence[ReferralProgram], info: Info) -> list[int]:
        return [one.converted for one in await _brought(info.context, programs)]

    @batch_field(description="Points that the member was rewarded with for them.")
    @staticmethod
    async def points_earned(programs: Sequence[ReferralProgram], info: Info) -> list[Long]:
        return [one.points for one in await _brought(info.context, programs)]

    @field(description="Whom the member brought, the last one first.")
    async def referrals(
        self, info: Info, first: First = 20, after: After = None
    ) -> ReferralConnection:
        context, member_id = info.context, self.profile.id
        window = _BY_ID.window(first, after)
        sql = context.services.platform.database
        before = window.after[0] if window.after else None
        rows = await store.page(sql, member_id, before=before, limit=window.limit)
        total = (await context.load(_brought_by, member_id)).invited
        return ReferralConnection.of(window.page(rows, key=_place), total)


@strawberry.type(description="The referral as it is now.")
class ReferralPayload(Payload):
    referral: Referral | None = strawberry.field(description="Null when refused.")


async def programs_of_members(
    _context: Context, profiles: Sequence[Profile]
) -> dict[UUID, ReferralProgram]:
    """The invitations of those of the members who may invite, by member."""
    return {
        one.id: ReferralProgram(profile=one, code=one.handle)
        for one in profiles
        if Role.SHOPPER in one.roles
    }


async def referrals_by_referees(context: Context, ids: list[UUID]) -> list[Referral | None]:
    """By which referral each of the members came, for `context.load`."""
    found = await store.of_referees(context.services.platform.database, ids)
    return [Referral.of(found[one]) if one in found else None for one in ids]


async def referral_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Referral | None]:
    """For the two whom one is about, and for staff and service accounts."""
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    rows = [found.get(one.key) if one.number is None else None for one in ids]
    return [Referral.of(row) if row is not None and _sees(context, row) else None for row in rows]


async def held_page(
    context: Context, *, first: int | None, after: str | None
) -> ReferralConnection:
    """What waits for staff, the oldest first."""
    window = _BY_ID.window(first, after)
    sql = context.services.platform.database
    rows = await store.held_page(
        sql, after=window.after[0] if window.after else None, limit=window.limit
    )
    return ReferralConnection.of(window.page(rows, key=_place), await statistics.held(sql))


def _sees(context: Context, row: ReferralRow) -> bool:
    parties = (row.referrer_id, row.referee_id)
    return context.has(Role.MODERATOR) or any(context.sees_private(one) for one in parties)


def _place(row: ReferralRow) -> tuple[UUID]:
    return (row.id,)


def _invitation(profile: Profile, programme: str) -> Invitation:
    return Invitation(profile.id, profile.display_name, profile.handle, programme)


def _kindly(context: Context, refusal: Refusal) -> str:
    return context.say(f"referral.refusal.{refusal}")


async def _members(context: Context, ids: Sequence[UUID]) -> list[Member]:
    return cast("list[Member]", await context.load_many(context.services.members, ids))


async def _brought(context: Context, programs: Sequence[ReferralProgram]) -> list[Brought]:
    return await context.load_many(_brought_by, [one.profile.id for one in programs])


async def _brought_by(context: Context, ids: list[UUID]) -> list[Brought]:
    found = await statistics.brought(context.services.platform.database, ids)
    return [found[one] for one in ids]
