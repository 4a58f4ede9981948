"""Metrics: numbers over activities, by day, item and window.

metric   what is counted
tallies  what days and items come to
windows  what a window sees, and until when
"""

from domain.metrics.metric import (
    Count,
    Measure,
    Metric,
    MetricDefinition,
    Window,
    amount_of,
    check_metric,
    decimal_of,
    digest_of,
    items_of,
)

__all__ = [
    "Count",
    "Measure",
    "Metric",
    "MetricDefinition",
    "Window",
    "amount_of",
    "check_metric",
    "decimal_of",
    "digest_of",
    "items_of",
]
