"""What a draft rule would have done."""

from __future__ import annotations

from datetime import date

import strawberry

from api.activities.types import Activity
from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.points.types import ExplanationStep
from api.scalars import Long
from domain.rehearsal import EXAMPLES, Example, Outcome


@strawberry.type(description="What a rule would have given on one day of the programme.")
class SimulationDay:
    day: date = strawberry.field(description="The day of the activities.")
    points: Long = strawberry.field(description="Points for activities of that day.")
    matched: int = strawberry.field(description="Activities of that day that it applied to.")


@strawberry.type(description="A rewarded activity, and how its points would have come about.")
class SimulatedEntry:
    example: strawberry.Private[Example]
    amount: Long = strawberry.field(description="Points.")

    @field(description="What happened.")
    def activity(self) -> Activity:
        return Activity.of(self.example.activity)

    @expected(10)
    @field(description="Each factor, in order.")
    def steps(self, info: Info) -> list[ExplanationStep]:
        return [ExplanationStep.of(info.context, step) for step in self.example.steps]


@strawberry.type(
    description="What a draft rule would have done to the programme's own past activities. "
    "Nothing is written."
)
class Simulation:
    outcome: strawberry.Private[Outcome]
    activities: int = strawberry.field(description="Of the rule's trigger, in the window.")
    matched: int = strawberry.field(
        description="Those that its schedule covers and whose condition holds."
    )
    members: int = strawberry.field(description="Members who would have got points.")
    points: Long = strawberry.field(
        description="All points it would have given. Later refunds are not taken off."
    )
    percentiles: list[Long] = strawberry.field(
        description="Points per rewarded member at the 10th, 50th, 90th and 99th percentile; "
        "empty where nobody was rewarded."
    )

    @classmethod
    def of(cls, outcome: Outcome) -> Simulation:
        return cls(
            outcome=outcome,
            activities=outcome.activities,
            matched=outcome.matched,
            members=outcome.members,
            points=outcome.points,
            percentiles=list(outcome.percentiles),
        )

    @expected(366)
    @field(description="Points a day over the window; days without any such activity are left out.")
    def daily(self) -> list[SimulationDay]:
        return [
            SimulationDay(day=day, points=one.points, matched=one.matched)
            for day, one in self.outcome.days
        ]

    @expected(EXAMPLES)
    @field(description="Some matched activities with their explanation, oldest first.")
    def examples(self) -> list[SimulatedEntry]:
        return [SimulatedEntry(example=one, amount=one.points) for one in self.outcome.examples]
