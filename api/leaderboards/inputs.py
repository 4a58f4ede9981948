"""What designers hand in: a board."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.leaderboards.enums import Period
from api.metrics.inputs import MetricInput
from api.scalars import Long
from domain.boards import GRACE_HOURS, BoardDraft
from domain.boards.leagues import COHORT, League
from domain.boards.prizes import Prize
from domain.bundles import Bundle


@strawberry.input(
    description="What each of the ranks of a range gets when a season closes: points, a badge, a "
    "coupon, or several of them."
)
class LeaderboardPrizeInput:
    from_rank: int = strawberry.field(description="The first rank; above that of the prize before.")
    to_rank: int = strawberry.field(description="The last rank, at most 10,000.")
    points: Long = strawberry.field(default=0, description="Points for each; they do not expire.")
    badge_key: str | None = strawberry.field(default=None, description="A badge for each.")
    coupon_key: str | None = strawberry.field(
        default=None, description="A coupon of this template for each, while there are any."
    )

    def prize(self) -> Prize:
        bundle = Bundle(self.points, self.coupon_key, self.badge_key)
        return Prize(self.from_rank, self.to_rank, bundle)


@strawberry.input(
    description="Members compete in small cohorts of their division, which they rise from and "
    "fall from at the end of each season."
)
class LeagueInput:
    cohort_size: int = strawberry.field(
        default=COHORT, description="Members who compete with each other: 2 to 100."
    )
    promoted: int = strawberry.field(default=7, description="How many of a cohort rise.")
    demoted: int = strawberry.field(default=5, description="How many of a cohort fall.")
    divisions: int = strawberry.field(
        default=10, description="From 1, where everybody begins, up to this: 2 to 20."
    )

    def league(self) -> League:
        return League(self.cohort_size, self.promoted, self.demoted, self.divisions)


@strawberry.input(description="A board to add, or to change by its key.")
class LeaderboardInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    unit: str = strawberry.field(description="What the scores are, for example 元 or orders.")
    period: Period = strawberry.field(
        description="How long a season lasts; stays once there are standings."
    )
    metric: MetricInput = strawberry.field(
        description="What members are ranked by; stays once there are standings."
    )
    starts_at: datetime | None = strawberry.field(
        default=None, description="Activities from then on count; null: always."
    )
    ends_at: datetime | None = strawberry.field(
        default=None, description="Activities before then count; null: without end."
    )
    grace_hours: int = strawberry.field(
        default=GRACE_HOURS,
        description="Hours after the end of a season in which activities that occurred in it "
        "still count, 0 to 720. Then it closes: its ranks are final, its prizes are paid, and "
        "what arrives later counts for nothing in it. 0 for a board with a league.",
    )
    prizes: list[LeaderboardPrizeInput] | None = strawberry.field(
        default=None,
        description="What the first ranks of a season get, in the order of ranks. Those hold "
        "that are declared when the season ends. Null or none: nothing.",
    )
    league: LeagueInput | None = strawberry.field(
        default=None,
        description="Makes the board one with divisions and cohorts; for boards by day, week or "
        "month. Null: without.",
    )
    teams_of: str | None = strawberry.field(
        default=None,
        description="The key of a challenge of teams: the board ranks those, by the sum over their "
        "members for the goal whose metric `metric` is. Its `period` is `SEASON` with the "
        "challenge's dates, so without any here. Null: it ranks members.",
    )

    def draft(self) -> BoardDraft:
        return BoardDraft(
            key=self.key,
            name=self.name,
            unit=self.unit,
            period=self.period,
            metric=self.metric.definition(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            grace_hours=self.grace_hours,
            prizes=tuple(one.prize() for one in self.prizes or ()),
            league=None if self.league is None else self.league.league(),
            teams_of=self.teams_of,
        )


@strawberry.input(description="Whether the viewer wants to be shown on boards.")
class LeaderboardVisibilityInput:
    shown: bool = strawberry.field(
        description="False: nobody else sees the viewer on any board, the others close up, and "
        "the viewer wins no prizes. What the viewer does counts all the same."
    )
