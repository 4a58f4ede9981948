"""What speaks against a referral: weights that add up, and mailboxes that are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.members import AccountKind, AccountName
from domain.referrals.signals import (
    HELD_FROM,
    REFUSED_FROM,
    WEIGHTS,
    Match,
    Pace,
    Relation,
    Verdict,
    signals,
    verdict,
)
from domain.referrals.traits import LONGEST, TraitKind, mailbox, trait, trait_of_account

CALM = Pace(0, 0)
MATCHES = st.builds(
    Match, st.sampled_from(TraitKind), st.sampled_from(Relation), st.integers(0, 40)
)
UNIQUE = st.lists(MATCHES, max_size=10, unique_by=lambda one: (one.kind, one.relation))


def judged(*matches: Match, pace: Pace = CALM) -> Verdict:
    return verdict(signals(matches, pace))


@pytest.mark.parametrize(
    ("written", "reached"),
    [
        ("ana@example.com", "ana@example.com"),
        ("ana+shop@example.com", "ana@example.com"),
        ("a.n.a@gmail.com", "ana@gmail.com"),
        ("a.na+x+y@googlemail.com", "ana@gmail.com"),
        ("a.n.a@example.com", "a.n.a@example.com"),
        ("+x@example.com", "+x@example.com"),
        ('"a@b"@example.com', '"a@b"@example.com'),
    ],
)
def test_a_mailbox_has_one_form(written: str, reached: str) -> None:
    assert mailbox(written) == reached
    assert mailbox(reached) == reached
    found = trait_of_account(AccountName(AccountKind.EMAIL, written))
    assert (found.kind, found.text) == (TraitKind.EMAIL, reached)


@pytest.mark.parametrize("said", ["", "  ", "a\0b", "\ud800", "x" * (LONGEST + 1)])
def test_what_is_no_trait_is_refused(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        trait(TraitKind.ADDRESS, said, field=("value",))
    assert refused.value.field == ("value",)


def test_an_address_is_compared_without_its_spacing() -> None:
    wide, narrow = (
        trait(TraitKind.ADDRESS, said, field=()) for said in (" 1  Hill\tRoad ", "１ Hill Road")
    )
    assert wide == narrow


def test_a_family_is_clean_and_the_same_mailbox_is_refused() -> None:
    family = [
        Match(kind, relation, 1)
        for kind in (TraitKind.ADDRESS, TraitKind.NETWORK)
        for relation in (Relation.REFERRER, Relation.SIBLING)
    ]
    assert judged(*family) is Verdict.CLEAN
    for relation in Relation:
        assert judged(Match(TraitKind.EMAIL, relation, 1)) is Verdict.REFUSED


def test_no_network_alone_and_no_pace_alone_refuses() -> None:
    crowd = [Match(TraitKind.NETWORK, relation, 40) for relation in Relation]
    assert judged(*crowd) is Verdict.CLEAN
    assert judged(pace=Pace(40, 90)) is Verdict.CLEAN
    assert judged(pace=Pace(1_000, 10_000)) is Verdict.HELD


def test_a_farm_weighs_more_than_a_household() -> None:
    assert judged(Match(TraitKind.DEVICE, Relation.SIBLING, 1)) is Verdict.HELD
    assert judged(Match(TraitKind.DEVICE, Relation.SIBLING, 2)) is Verdict.REFUSED


@given(UNIQUE, st.integers(0, 200), st.integers(0, 200))
def test_more_never_weighs_less(matches: list[Match], hour: int, day: int) -> None:
    order = list(Verdict)
    few = judged(*matches[:-1], pace=Pace(hour, day))
    more = [Match(one.kind, one.relation, one.seen + 1) for one in matches]
    assert order.index(few) <= order.index(judged(*matches, pace=Pace(hour, day)))
    assert order.index(judged(*matches)) <= order.index(judged(*more))


@given(UNIQUE)
def test_signals_are_named_once_and_weigh_something(matches: list[Match]) -> None:
    found = signals(matches, CALM)
    assert len({one.key for one in found}) == len(found)
    assert all(0 < one.weight <= REFUSED_FROM and one.seen > 0 for one in found)


def test_weak_signals_alone_are_below_every_threshold() -> None:
    weak = {TraitKind.ADDRESS, TraitKind.NETWORK}
    assert all(weight < HELD_FROM for (kind, _), weight in WEIGHTS.items() if kind in weak)
