"""Enums of metrics as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.metrics import Measure, Window

described(
    Measure,
    name="MetricMeasure",
    description="What a metric makes of the activities that match.",
    values={
        Measure.COUNT: "How many there are.",
        Measure.SUM: "The sum of an attribute.",
        Measure.DISTINCT: "How many different values of an attribute there are.",
        Measure.STREAK: "How many days in a row have one.",
    },
)
described(
    Window,
    name="MetricWindow",
    description="Which time a metric looks at.",
    values={
        Window.ALL_TIME: "All of it; a board looks at its season.",
        Window.DAY: "The calendar day.",
        Window.WEEK: "The calendar week, from Monday.",
        Window.MONTH: "The calendar month.",
        Window.ROLLING_DAYS: "The last `rollingDays` days.",
        Window.PARTICIPATION: "From joining a challenge to its end.",
    },
)

__all__ = ["Measure", "Window"]
