"""Moderation in Prometheus."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from community.moderation.measures.meters import Meters
from domain.moderation.subjects import Action, Origin, SubjectKind
from tests.support.moderators import Moderators


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def meters(registry: CollectorRegistry) -> Meters:
    return Meters(registry)


def test_decisions_are_counted_and_timed(registry: CollectorRegistry, meters: Meters) -> None:
    meters.decided(Action.APPROVE, Origin.REPORT, timedelta(minutes=10))
    meters.decided(Action.APPROVE, Origin.REPORT, timedelta(minutes=20))
    meters.undone()
    labels = {"action": "APPROVE", "origin": "REPORT"}
    assert registry.get_sample_value("laurels_moderation_decisions_total", labels) == 2
    assert registry.get_sample_value("laurels_moderation_undone_total") == 1
    name = "laurels_moderation_decision_seconds"
    within = {"origin": "REPORT", "le": "900.0"}
    assert registry.get_sample_value(f"{name}_bucket", within) == 1
    assert registry.get_sample_value(f"{name}_sum", {"origin": "REPORT"}) == 1_800


async def test_what_waits_is_shown_by_origin_and_against_its_target(
    registry: CollectorRegistry, meters: Meters, office: Moderators
) -> None:
    await office.put(await office.member("C-1"), kind=SubjectKind.MEMBER, origin=Origin.REPORT)
    await office.let_pass(hours=5)
    await office.put(await office.member("C-2"), kind=SubjectKind.MEMBER, author="C-2")
    await meters.read_waiting(office.platform)
    waiting = {
        one: registry.get_sample_value("laurels_moderation_open", {"origin": one})
        for one in ("REPORT", "AUTOMATIC", "APPEAL")
    }
    assert waiting == {"REPORT": 1, "AUTOMATIC": 1, "APPEAL": 0}
    assert registry.get_sample_value("laurels_moderation_overdue") == 1
    oldest = registry.get_sample_value("laurels_moderation_oldest_seconds") or 0.0
    assert 5 * 3_600 <= oldest < 5 * 3_600 + 60


async def test_the_month_is_shown_and_nothing_is_no_number(
    registry: CollectorRegistry, meters: Meters, office: Moderators
) -> None:
    await office.policy("spam")
    office.reviews = 9
    await office.settle_item(await office.write(rating=1), "REJECT", policy="spam")
    await meters.read_month(office.platform)
    rejected = [
        registry.get_sample_value("laurels_moderation_rejected_ratio", {"rating": one})
        for one in ("1", "5")
    ]
    assert rejected[0] == 1.0
    assert math.isnan(rejected[1] or 0.0)
    assert registry.get_sample_value("laurels_moderation_overturned_ratio") == 0.0
    agreed = registry.get_sample_value("laurels_moderation_agreement_ratio")
    assert math.isnan(agreed or 0.0)
