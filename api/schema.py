"""The schema: every slice's queries, mutations and subscriptions, and the loaders of its nodes."""

from __future__ import annotations

from typing import Final

import strawberry

from api.activities.fields import ActivityMutations
from api.activities.types import activity_nodes
from api.badges.fields import BadgeMutations, BadgeQueries, BadgeSubscriptions
from api.badges.types import award_nodes, badge_nodes
from api.challenges.fields import (
    ChallengeMutations,
    ChallengeQueries,
    ChallengeSubscriptions,
)
from api.challenges.types import challenge_nodes, participation_nodes, team_nodes
from api.comments.fields import CommentMutations, CommentSubscriptions
from api.coupons.fields import CouponMutations, CouponQueries
from api.coupons.types import coupon_nodes, template_nodes
from api.deals.fields import DealMutations, DealQueries, DealSubscriptions
from api.deals.offers import offer_nodes
from api.deals.orders import order_nodes
from api.deals.types import bargain_nodes, group_nodes
from api.decisions.types import appeal_nodes, decision_nodes
from api.feeds.fields import FeedQueries
from api.images.fields import ImageMutations
from api.images.types import image_nodes
from api.leaderboards.fields import (
    LeaderboardMutations,
    LeaderboardQueries,
    LeaderboardSubscriptions,
)
from api.leaderboards.nodes import leaderboard_nodes, season_nodes
from api.members.bonds import FollowMutations
from api.members.fields import MemberQueries
from api.members.traits import TraitMutations
from api.members.types import member_nodes
from api.memberships.fields import MembershipMutations, MembershipQueries
from api.memberships.types import membership_nodes, plan_nodes
from api.moderation.fields import (
    ModerationMutations,
    ModerationQueries,
    ModerationSubscriptions,
)
from api.moderation.intake import IntakeMutations, IntakeQueries
from api.moderation.items import item_nodes
from api.moderation.measures import MeasureQueries
from api.moderation.policies import PolicyMutations, PolicyQueries, policy_nodes
from api.moderation.reports import ReportMutations, report_nodes
from api.moderation.standing import StandingMutations
from api.moderation.word_lists import WordListMutations, WordListQueries, word_list_nodes
from api.notifications.fields import NotificationMutations, NotificationSubscriptions
from api.notifications.types import notification_nodes
from api.points.fields import PointsMutations, PointsSubscriptions
from api.points.holds import PointsHoldMutations, hold_nodes
from api.points.types import entry_nodes
from api.posts.comments import comment_nodes
from api.posts.fields import PostMutations, PostQueries, PostSubscriptions
from api.posts.types import post_nodes
from api.products.fields import ProductMutations, ProductQueries
from api.products.types import product_nodes
from api.programme.fields import ProgrammeMutations, ProgrammeQueries
from api.programme.types import rule_nodes
from api.reactions.fields import ReactionMutations
from api.referrals.fields import ReferralMutations, ReferralQueries
from api.referrals.types import referral_nodes
from api.relay import Nodes, node_query
from api.rewards.fields import RewardMutations, RewardQueries
from api.rewards.redemptions import redemption_nodes
from api.rewards.types import reward_nodes
from api.scalars import schema_config
from api.search.fields import SearchQueries
from api.sessions.fields import SessionMutations
from api.shares.fields import ShareMutations
from api.simulation.fields import SimulationQueries
from api.streaks.fields import StreakMutations, StreakQueries
from api.tiers.fields import TierMutations, TierQueries, TierSubscriptions
from api.tiers.types import tier_nodes
from infra.ids import Kind

NODES: Final = Nodes(
    {
        Kind.MEMBER: member_nodes,
        Kind.ACTIVITY: activity_nodes,
        Kind.POINTS_ENTRY: entry_nodes,
        Kind.POINTS_HOLD: hold_nodes,
        Kind.EARN_RULE: rule_nodes,
        Kind.TIER: tier_nodes,
        Kind.BADGE: badge_nodes,
        Kind.BADGE_AWARD: award_nodes,
        Kind.CHALLENGE: challenge_nodes,
        Kind.PARTICIPATION: participation_nodes,
        Kind.TEAM: team_nodes,
        Kind.COUPON_TEMPLATE: template_nodes,
        Kind.COUPON: coupon_nodes,
        Kind.REWARD: reward_nodes,
        Kind.REDEMPTION: redemption_nodes,
        Kind.MEMBERSHIP_PLAN: plan_nodes,
        Kind.MEMBERSHIP: membership_nodes,
        Kind.LEADERBOARD: leaderboard_nodes,
        Kind.LEADERBOARD_SEASON: season_nodes,
        Kind.NOTIFICATION: notification_nodes,
        Kind.IMAGE: image_nodes,
        Kind.PRODUCT: product_nodes,
        Kind.POST: post_nodes,
        Kind.COMMENT: comment_nodes,
        Kind.REVIEW_ITEM: item_nodes,
        Kind.REPORT: report_nodes,
        Kind.DECISION: decision_nodes,
        Kind.APPEAL: appeal_nodes,
        Kind.POLICY: policy_nodes,
        Kind.DEAL_OFFER: offer_nodes,
        Kind.GROUP_BUY: group_nodes,
        Kind.BARGAIN: bargain_nodes,
        Kind.DEAL_ORDER: order_nodes,
        Kind.REFERRAL: referral_nodes,
        Kind.WORD_LIST: word_list_nodes,
    }
)


@strawberry.type(description="Everything that can be read.")
class Query(
    node_query(NODES),  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues, reportUntypedBaseClass]
    MemberQueries,
    TierQueries,
    ProgrammeQueries,
    BadgeQueries,
    ChallengeQueries,
    CouponQueries,
    RewardQueries,
    MembershipQueries,
    LeaderboardQueries,
    StreakQueries,
    ProductQueries,
    PostQueries,
    FeedQueries,
    SearchQueries,
    ModerationQueries,
    PolicyQueries,
    ReferralQueries,
    WordListQueries,
    IntakeQueries,
    MeasureQueries,
    SimulationQueries,
    DealQueries,
):
    pass


@strawberry.type(description="Everything that can be done.")
class Mutation(
    SessionMutations,
    ActivityMutations,
    PointsMutations,
    PointsHoldMutations,
    ProgrammeMutations,
    TierMutations,
    BadgeMutations,
    ChallengeMutations,
    CouponMutations,
    RewardMutations,
    MembershipMutations,
    LeaderboardMutations,
    StreakMutations,
    NotificationMutations,
    ProductMutations,
    PostMutations,
    ImageMutations,
    FollowMutations,
    ReactionMutations,
    CommentMutations,
    ShareMutations,
    ModerationMutations,
    ReportMutations,
    StandingMutations,
    PolicyMutations,
    DealMutations,
    ReferralMutations,
    TraitMutations,
    WordListMutations,
    IntakeMutations,
):
    pass


@strawberry.type(description="Everything that can be followed live.")
class Subscription(
    PointsSubscriptions,
    PostSubscriptions,
    CommentSubscriptions,
    ModerationSubscriptions,
    TierSubscriptions,
    BadgeSubscriptions,
    ChallengeSubscriptions,
    LeaderboardSubscriptions,
    NotificationSubscriptions,
    DealSubscriptions,
):
    pass


def build_schema() -> strawberry.Schema:
    """The schema as it is served."""
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, config=schema_config()
    )
