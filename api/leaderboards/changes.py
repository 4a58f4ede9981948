"""A board as its subscribers hear of it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.execution.context import Info
from api.execution.fields import field
from api.leaderboards.loading import own_places, subjects
from api.leaderboards.seasons import LeaderboardEntry, entries_of
from api.leaderboards.types import Leaderboard


@strawberry.type(description="A board as it stands now.")
class LeaderboardChange:
    """Shared by all its subscribers, so it must not keep what one of them was told."""

    season_starts_at: strawberry.Private[datetime]
    leaderboard: Leaderboard = strawberry.field(description="The board.")
    top: list[LeaderboardEntry] = strawberry.field(description="The first of its ranking.")
    changed_at: datetime = strawberry.field(description="When it stood like this.")

    @field(
        description="The viewer's entry, which whoever is not shown on boards sees alone; null "
        "when anonymous or unranked.",
        reads_viewer=True,
    )
    async def me(self, info: Info) -> LeaderboardEntry | None:
        viewer = info.context.viewer
        if viewer is None:
            return None
        board = self.leaderboard.board
        [whose] = await subjects(info.context, viewer.member_id, [board.teams_of])
        shown = next((one for one in self.top if one.member_id == whose), None)
        if shown is not None:  # the same as above, whatever has happened since
            return shown
        season = (board.id, self.season_starts_at)
        place = await info.context.load(own_places, (whose, *season))
        return entries_of([place], [season], [board.teams_of is not None])[0]
