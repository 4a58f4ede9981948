"""Names, accounts and days of birth."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.members import (
    Role,
    check_birthday,
    check_customer_ref,
    check_display_name,
    check_referral_code,
    generated_handle,
    joined,
    normalise_email,
    staff_handle,
)

MEMBER = UUID(int=7)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.emails())
def test_addresses_compare_without_case(address: str) -> None:
    assert normalise_email(address.upper()) == normalise_email(address.lower())


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise_email(normalise_email(text)) == normalise_email(text)


@given(st.integers(min_value=0, max_value=2**64 - 1), st.sampled_from([5, 8, 11]))
def test_no_generated_handle_is_a_staff_account(draw: int, length: int) -> None:
    handle = generated_handle(draw, length=length)
    plant, _, letters = handle.partition("-")
    assert plant.isalpha()
    assert len(letters) == length
    assert handle not in {staff_handle(role) for role in Role if role is not Role.SHOPPER}


def test_a_shopper_is_no_staff() -> None:
    with pytest.raises(Invalid):
        staff_handle(Role.SHOPPER)


@pytest.mark.parametrize("ref", ["", "  ", "x" * 201, "a\0b", "a\nb", "\ud800"])
def test_what_is_no_customer_number(ref: str) -> None:
    with pytest.raises(Invalid):
        check_customer_ref(ref)


def test_a_blank_name_is_no_name() -> None:
    with pytest.raises(Invalid) as refused:
        check_display_name(" \n ")
    assert refused.value.field == ("displayName",)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2026, 3, 2)])
def test_nobody_is_born_tomorrow_or_long_ago(day: date) -> None:
    with pytest.raises(Invalid):
        check_birthday(day, date(2026, 3, 1))


@pytest.mark.parametrize("code", ["", "a b", "a" * 65, "é"])
def test_what_is_no_referral_code(code: str) -> None:
    with pytest.raises(Invalid):
        check_referral_code(code)


def test_joining_has_one_name_a_member() -> None:
    activity = joined(MEMBER, key=UUID(int=1), now=NOW)
    assert (activity.source, activity.external_id) == ("laurels", f"member.joined:{MEMBER}")
