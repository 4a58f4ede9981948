"""Fields of a programme file: every fault at once, each by its path; and the way there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.benefits import Benefit
from domain.boards import BoardDraft, Period
from domain.coupons import DiscountKind
from domain.earning import RuleState
from domain.metrics import Measure, MetricDefinition
from domain.rewards import RewardDraft, RewardKind
from domain.tiers import TierDraft
from gamification.coupons.designing import TemplateDraft
from gamification.programme.service import RuleDraft
from server.programme.faults import NotAProgramme
from server.programme.reading import Drafts, document_of, read
from server.programme.sections import SECTIONS
from server.programme.writing import write
from tests.support.shop import SHANGHAI

RULE = "laurels: 1\nrules:\n  r:\n    name: R\n    state: LIVE\n    trigger: a.b\n    points: 1\n"


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(NotAProgramme) as caught:
        read(text.encode())
    return [
        (".".join(fault.path), fault.reason.removeprefix("programme_file."))
        for fault in caught.value.faults
    ]


@pytest.mark.parametrize(
    ("line", "path", "reason"),
    [
        ("pendingDays: 1.5", "rules.r.pendingDays", "whole"),
        ("pendingDays: many", "rules.r.pendingDays", "whole"),
        ("pendingDays: [1]", "rules.r.pendingDays", "whole"),
        ("budget: 1e9", "rules.r.budget", "whole"),
        ("tierMultiplied: yes", "rules.r.tierMultiplied", "yes_no"),
        ("startsAt: 2026-03-01", "rules.r.startsAt", "moment"),
        ("startsAt: 2026-03-01T00:00:00", "rules.r.startsAt", "moment"),
        ("condition: [a]", "rules.r.condition", "text"),
        ("colour: red", "rules.r.colour", "unknown_field"),
    ],
)
def test_what_a_field_cannot_say_is_refused_by_its_path(line: str, path: str, reason: str) -> None:
    assert faults(f"{RULE}    {line}\n") == [(path, reason)]


def test_every_fault_is_told_at_once() -> None:
    text = RULE.replace("state: LIVE", "state: ALIVE").replace("    points: 1\n", "")
    assert faults(f"{text}swords: {{}}\nboards: []\n") == [
        ("rules.r.points", "missing"),
        ("rules.r.state", "choice"),
        ("swords", "unknown_section"),
        ("boards", "mapping"),
    ]


@pytest.mark.parametrize("section", ["dragons", "swords"])
def test_what_has_no_section_yet_is_refused_by_name(section: str) -> None:
    assert faults(f"laurels: 1\n{section}: {{}}\n") == [(section, "unknown_section")]


@pytest.mark.parametrize("text", ["", "laurels: 2", "rules: {}"])
def test_a_file_says_of_which_form_it_is(text: str) -> None:
    assert faults(text) == [("laurels", "format")]


def test_a_field_that_is_left_out_has_its_default() -> None:
    draft = read(RULE.encode()).drafts["rules"]["r"]
    assert draft == RuleDraft("r", "R", RuleState.LIVE, "a.b", None, "1")


keys = st.from_regex(r"[a-z0-9_.-]{1,60}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
numbers = st.integers(0, 2**53 - 1)
exact = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=6)
moments = st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
benefits = st.lists(st.builds(Benefit, keys, texts, texts), max_size=3).map(tuple)
metrics = st.builds(
    MetricDefinition,
    st.lists(keys, min_size=1, max_size=3).map(tuple),
    st.none() | texts,
    st.sampled_from(Measure),
    st.none() | texts,
)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def section(build: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:  # noqa: ANN401
    drafts = st.builds(build, key=keys, name=texts, **fields)
    return st.lists(drafts, max_size=3).map(lambda found: {one.key: one for one in found})


programmes = st.fixed_dictionaries(
    {},
    optional={
        "tiers": section(
            TierDraft, level=numbers, threshold=numbers, points_multiplier=exact, benefits=benefits
        ),
        "rules": section(
            RuleDraft,
            state=st.sampled_from(RuleState),
            trigger=keys,
            condition=optional(texts),
            points=texts,
            tier_multiplied=st.booleans(),
            pending_days=numbers,
            expires_after_days=optional(numbers),
            starts_at=optional(moments),
        ),
        "boards": section(
            BoardDraft,
            unit=texts,
            period=st.sampled_from(Period),
            metric=metrics,
            ends_at=optional(moments),
        ),
        "coupons": section(
            TemplateDraft,
            kind=st.sampled_from(DiscountKind),
            discount=optional(exact),
            minimum_spend=optional(exact),
            valid_days=numbers,
        ),
        "rewards": section(
            RewardDraft,
            description=texts,
            kind=st.sampled_from(RewardKind),
            cost=numbers,
            badge_key=optional(keys),
        ),
    },
)


@given(programmes)
def test_what_is_written_reads_as_it_was(drafts: Drafts) -> None:
    normal = {
        one.name: {key: one.normal(draft) for key, draft in drafts[one.name].items()}
        for one in SECTIONS
        if one.name in drafts
    }
    text = write(document_of(normal), SHANGHAI)
    again = read(text.encode())
    assert again.document == document_of(normal)
    assert write(again.document, SHANGHAI) == text


def test_numbers_keep_every_digit_and_times_their_moment() -> None:
    text = "laurels: 1\ntiers:\n  a: {name: A, level: 0, threshold: 0, pointsMultiplier: 0.10}\n"
    draft = read(text.encode()).drafts["tiers"]["a"]
    assert str(draft.points_multiplier) == "0.10"
    rule = read(f"{RULE}    startsAt: 2026-03-01T08:00:00+08:00\n".encode()).drafts["rules"]["r"]
    assert rule.starts_at == datetime(2026, 3, 1, tzinfo=UTC)
