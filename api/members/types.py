"""A member: what everyone may see, and what only they, admins and service accounts may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from api.badges.types import BadgeAwardConnection, awards_of_members
from api.challenges.enums import ParticipationState
from api.challenges.participations import ChallengeParticipationConnection
from api.challenges.types import participations_of_members
from api.coupons.enums import CouponState
from api.coupons.types import CouponConnection, coupons_of_members
from api.enums import Role
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.follows.types import (
    MemberConnection,
    blocked_by_viewer,
    blocks_of_members,
    bonds_of_members,
    follow_counts,
    followed_by_viewer,
)
from api.images.types import Image, images_by_ids, know_images
from api.leaderboards.loading import shown_on_boards
from api.memberships.types import Membership, memberships_of_members
from api.notifications.types import NotificationConnection, notifications_of_members
from api.payloads import Payload
from api.points.types import PointsAccount
from api.posts.types import PostConnection, posts_of_members
from api.referrals.types import (
    Referral,
    ReferralProgram,
    programs_of_members,
    referrals_by_referees,
)
from api.relay import After, First, Node
from api.rewards.redemptions import RedemptionConnection, redemptions_of_members
from api.standing.types import (
    Standing,
    Strike,
    Suspension,
    standings_of_members,
    strikes_of_members,
    suspensions_of_members,
)
from api.streaks.types import Streak, streaks_of_members
from api.tiers.types import Tier, TierProgress, progress_of_members, tiers_of_members
from community.follows.store import Side
from infra.ids import GlobalId, Kind, encode_id
from members import store
from members.store import Profile


@strawberry.type(description="A person of the programme: a shopper, or one of the shop's team.")
class Member(Node):
    profile: strawberry.Private[Profile]
    handle: str = strawberry.field(description="Unique, short, and part of public addresses.")
    display_name: str = strawberry.field(description="The name that others read.")
    bio: str | None = strawberry.field(description="A few words about themselves.")
    joined_at: datetime = strawberry.field(description="When they became a member.")

    @classmethod
    def of(cls, profile: Profile) -> Member:
        return cls(
            id=strawberry.ID(encode_id(Kind.MEMBER, profile.id)),
            profile=profile,
            handle=profile.handle,
            display_name=profile.display_name,
            bio=profile.bio,
            joined_at=profile.joined_at,
        )

    @batch_field(description="The picture that they show of themselves; null without one.")
    @staticmethod
    async def avatar(members: Sequence[Member], info: Info) -> list[Image | None]:
        ids = [one.profile.avatar_image_id for one in members]
        found = await images_by_ids(info.context, ids)
        return [found.get(one) if one else None for one in ids]

    @batch_field(description="The badges held, newest first.")
    @staticmethod
    async def badges(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[BadgeAwardConnection]:
        ids = [one.profile.id for one in members]
        return await awards_of_members(info.context, ids, first=first, after=after)

    @batch_field(description="How many members follow this one.")
    @staticmethod
    async def follower_count(members: Sequence[Member], info: Info) -> list[int]:
        counts = await info.context.load_many(follow_counts, [one.profile.id for one in members])
        return [one.followers for one in counts]

    @batch_field(description="How many members this one follows.")
    @staticmethod
    async def following_count(members: Sequence[Member], info: Info) -> list[int]:
        counts = await info.context.load_many(follow_counts, [one.profile.id for one in members])
        return [one.following for one in counts]

    @batch_field(description="Who follows this member, newest first.")
    @staticmethod
    async def followers(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[MemberConnection | None]:
        ids = [one.profile.id for one in members]
        return [
            *await bonds_of_members(info.context, ids, Side.FOLLOWERS, first=first, after=after)
        ]

    @batch_field(description="Whom this member follows, newest first.")
    @staticmethod
    async def following(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[MemberConnection | None]:
        ids = [one.profile.id for one in members]
        return [
            *await bonds_of_members(info.context, ids, Side.FOLLOWING, first=first, after=after)
        ]

    @batch_field(
        description="Whether the viewer follows this member; false for a visitor.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_follows(members: Sequence[Member], info: Info) -> list[bool]:
        ids = [one.profile.id for one in members]
        return await info.context.load_many(followed_by_viewer, ids)

    @batch_field(
        description="Whether the viewer blocks this member; false for a visitor.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_blocks(members: Sequence[Member], info: Info) -> list[bool]:
        ids = [one.profile.id for one in members]
        return await info.context.load_many(blocked_by_viewer, ids)

    @batch_field(
        description="Whom the member blocks, newest first; for the member, admins and service "
        "accounts, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def blocked(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[MemberConnection | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        pages = await blocks_of_members(context, seen, first=first, after=after)
        found = dict(zip(seen, pages, strict=True))
        return [found.get(one.profile.id) for one in members]

    @batch_field(
        description="Published posts, last published first; of the viewer's own all that are not "
        "deleted, last written first.",
        reads_viewer=True,
    )
    @staticmethod
    async def posts(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[PostConnection]:
        ids = [one.profile.id for one in members]
        return await posts_of_members(info.context, ids, first=first, after=after)

    @batch_field(description="The tier held now.")
    @staticmethod
    async def tier(members: Sequence[Member], info: Info) -> list[Tier]:
        return await info.context.load_many(tiers_of_members, [one.profile.id for one in members])

    @batch_field(
        description="How far from the next tier, and how long the present one is safe; for the "
        "member, admins and service accounts, null for others and while nothing says what tiers "
        "are measured by.",
        reads_viewer=True,
    )
    @staticmethod
    async def tier_progress(members: Sequence[Member], info: Info) -> list[TierProgress | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        found = dict(zip(seen, await progress_of_members(context, seen), strict=True))
        return [found.get(one.profile.id) for one in members]

    @batch_field(
        description="The newest paid membership, running or ended; for the member, admins and "
        "service accounts, null for others and for who never had one.",
        reads_viewer=True,
    )
    @staticmethod
    async def membership(members: Sequence[Member], info: Info) -> list[Membership | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        found = dict(zip(seen, await memberships_of_members(context, seen), strict=True))
        return [found.get(one.profile.id) for one in members]

    @expected(1)
    @batch_field(
        description="Their streaks as they are today; for the member, admins and service accounts, "
        "null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def streaks(members: Sequence[Member], info: Info) -> list[list[Streak] | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        found = dict(zip(seen, await streaks_of_members(context, seen), strict=True))
        return [found.get(one.profile.id) for one in members]

    @field(
        description="Points, for the member, admins and service accounts only; null for others.",
        reads_viewer=True,
    )
    def points(self, info: Info) -> PointsAccount | None:
        if not info.context.sees_private(self.profile.id):
            return None
        return PointsAccount(member_id=self.profile.id)

    @batch_field(
        description="Coupons, newest first, of one state where one is given; for the member, "
        "admins and service accounts only, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def coupons(
        members: Sequence[Member],
        info: Info,
        state: Annotated[
            CouponState | None,
            strawberry.argument(description="Only coupons in this state now; null for all."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> list[CouponConnection | None]:
        ids = [one.profile.id for one in members]
        return await coupons_of_members(info.context, ids, state=state, first=first, after=after)

    @batch_field(
        description="Challenges that the member joined, newest first, of one state where one is "
        "given; for the member, admins and service accounts only, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def challenges(
        members: Sequence[Member],
        info: Info,
        state: Annotated[
            ParticipationState | None,
            strawberry.argument(description="Only those in this state now; null for all."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> list[ChallengeParticipationConnection | None]:
        ids = [one.profile.id for one in members]
        return await participations_of_members(
            info.context, ids, state=state, first=first, after=after
        )

    @batch_field(
        description="What the member redeemed, newest first; for the member, admins and service "
        "accounts only, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def redemptions(
        members: Sequence[Member], info: Info, first: First = 20, after: After = None
    ) -> list[RedemptionConnection | None]:
        ids = [one.profile.id for one in members]
        return await redemptions_of_members(info.context, ids, first=first, after=after)

    @batch_field(
        description="What the member was told, newest first; for the member, admins and service "
        "accounts only, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def notifications(
        members: Sequence[Member],
        info: Info,
        unread_only: Annotated[  # noqa: FBT002 - an argument of the field
            bool | None, strawberry.argument(description="Only what is not read yet.")
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> list[NotificationConnection | None]:
        ids = [one.profile.id for one in members]
        return await notifications_of_members(
            info.context, ids, unread_only=bool(unread_only), first=first, after=after
        )

    @batch_field(
        description="Whether others see the member on boards; for the member, admins and service "
        "accounts only, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def on_leaderboards(members: Sequence[Member], info: Info) -> list[bool | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        found = dict(zip(seen, await context.load_many(shown_on_boards, seen), strict=True))
        return [found.get(one.profile.id) for one in members]

    @batch_field(
        description="The member's invitations and how they fare; for the member, admins and "
        "service accounts, null for others and for who is not a shopper.",
        reads_viewer=True,
    )
    @staticmethod
    async def referral(members: Sequence[Member], info: Info) -> list[ReferralProgram | None]:
        context = info.context
        seen = [one.profile for one in members if context.sees_private(one.profile.id)]
        found = await programs_of_members(context, seen)
        return [found.get(one.profile.id) for one in members]

    @batch_field(
        description="By whose invitation the member came: the first touch, for good. For the "
        "member, admins and service accounts, null for others and for who came alone.",
        reads_viewer=True,
    )
    @staticmethod
    async def referred_by(members: Sequence[Member], info: Info) -> list[Referral | None]:
        context = info.context
        seen = [one.profile.id for one in members if context.sees_private(one.profile.id)]
        found = dict(zip(seen, await context.load_many(referrals_by_referees, seen), strict=True))
        return [found.get(one.profile.id) for one in members]

    @field(
        description="For the member, admins, moderators and service accounts; null for others.",
        reads_viewer=True,
    )
    def roles(self, info: Info) -> list[Role] | None:
        context = info.context
        if not context.sees_private(self.profile.id) and not context.has(Role.MODERATOR):
            return None
        return sorted(self.profile.roles)

    @batch_field(
        description="Why the member may not write, comment or like right now, if so; for the "
        "member, admins, moderators and service accounts, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def suspension(members: Sequence[Member], info: Info) -> list[Suspension | None]:
        ids = [one.profile.id for one in members]
        return await info.context.load_many(suspensions_of_members, ids)

    @expected(1)
    @batch_field(
        description="Warnings in force, newest first; for the member, admins, moderators and "
        "service accounts, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def strikes(members: Sequence[Member], info: Info) -> list[list[Strike] | None]:
        ids = [one.profile.id for one in members]
        return await info.context.load_many(strikes_of_members, ids)

    @batch_field(
        description="How far the member is trusted; for moderators and admins, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def standing(members: Sequence[Member], info: Info) -> list[Standing | None]:
        ids = [one.profile.id for one in members]
        return await info.context.load_many(standings_of_members, ids)


@strawberry.type(description="The member as they are now.")
class MemberPayload(Payload):
    member: Member | None = strawberry.field(description="Null when refused.")


async def members_by_id(context: Context, ids: list[UUID]) -> list[Member | None]:
    """The members with these ids, None for unknown ones."""
    found = await store.profiles(context.services.platform.database, ids)
    return [Member.of(found[key]) if key in found else None for key in ids]


async def existing_members(context: Context, ids: list[UUID]) -> list[Member]:
    """The members with these ids, which rows of ours name and which therefore exist."""
    found = await store.profiles(context.services.platform.database, ids)
    return [Member.of(found[key]) for key in ids]


async def members_with_avatars(context: Context, ids: list[UUID]) -> list[Member]:
    """The same; their avatars are known then."""
    found, avatars = await store.profiles_with_avatars(context.services.platform.database, ids)
    know_images(context, avatars)
    return [Member.of(found[key]) for key in ids]


async def member_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Member | None]:
    return await members_by_id(context, [one.key for one in ids])
