"""Accounts and customer numbers have one form."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.members import AccountKind, AccountName
from members.accounts import normalise_ref, parse_account


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Ana@Example.COM", "ana@example.com"),
        (" ana@example.com ", "ana@example.com"),
        ("ana@shop.test", "ana@shop.test"),
        ("ANA@例え.JP", "ana@例え.jp"),
        ("ana@xn--r8jz45g.jp", "ana@例え.jp"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("＋８６13800138000", "+8613800138000"),
        ("+1 (555) 555-0123", "+15555550123"),
    ],
)
def test_one_form_for_every_spelling(typed: str, value: str) -> None:
    kind = AccountKind.EMAIL if "@" in value else AccountKind.PHONE
    assert parse_account(typed) == AccountName(kind, value)
    assert normalise_ref(typed.strip()) in {value, typed.strip()}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "13800138000",
        "+123",
        "ana@",
        "@example.com",
        "a@b@c.d",
        "+86 abc",
        "a\0@b.co",
        "\ud800@example.com",
        "+86\ud80013800138000",
    ],
)
def test_what_is_no_account(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_account(typed)
    assert refused.value.field == ("account",)


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_ /#", min_size=1))
def test_a_number_of_the_shop_stands_as_it_is(ref: str) -> None:
    assert normalise_ref(ref) == ref


@given(st.emails())
def test_an_address_reaches_its_account_in_any_case(address: str) -> None:
    value = parse_account(address).value
    assert normalise_ref(address.upper()) == normalise_ref(address) == value


@given(st.text(max_size=60))
def test_any_text_has_one_form(ref: str) -> None:
    assert normalise_ref(normalise_ref(ref)) == normalise_ref(ref)


@given(st.text(max_size=60))
def test_any_text_is_an_account_or_refused(typed: str) -> None:
    try:
        account = parse_account(typed)
    except Invalid:
        return
    assert parse_account(account.value) == account
