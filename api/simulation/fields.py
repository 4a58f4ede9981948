"""The query by which designers rehearse a rule."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import strawberry

from api.enums import Role
from api.execution.context import Info
from api.execution.fields import field
from api.execution.operations import LONG
from api.programme.types import EarnRuleInput
from api.simulation.types import Simulation
from insights.simulation import Window, simulate

_SECONDS: Final = LONG["simulateEarnRule"] - 1  # refused in words before it is cut off


@strawberry.type
class SimulationQueries:
    @field(
        description="Admins and service accounts: what a rule would have done, had it been live "
        "all along. A window that holds too much to be read in a minute is refused."
    )
    async def simulate_earn_rule(
        self,
        info: Info,
        input: Annotated[  # noqa: A002
            EarnRuleInput,
            strawberry.argument(description="The rule, in any state; it need not be saved."),
        ],
        since: Annotated[
            datetime,
            strawberry.argument(name="from", description="Activities that occurred from then on."),
        ],
        until: Annotated[
            datetime,
            strawberry.argument(name="to", description="Activities that occurred before then."),
        ],
    ) -> Simulation | None:
        info.context.require(Role.ADMIN, Role.SERVICE)
        database = info.context.services.platform.database
        window = Window(since, until)
        return Simulation.of(await simulate(database, input.draft(), window, seconds=_SECONDS))
