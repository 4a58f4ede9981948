"""Who a member is: roles, names and accounts, as far as no table is needed to tell."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.errors import Invalid
from domain.text import check_text

LONGEST_REF: Final = 200
LONGEST_ADDRESS: Final = 254  # Source: RFC 5321, section 4.5.3.1.3, without its angle brackets
LONGEST_DISPLAY_NAME: Final = 30  # user-perceived characters, like the next
LONGEST_BIO: Final = 200
_FIRST_BIRTHDAY: Final = date(1900, 1, 1)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

_REFERRAL_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

JOINED: Final = "member.joined"
PROFILE_COMPLETED: Final = "profile.completed"
BIRTHDAY_REACHED: Final = "birthday.reached"

_LEAP_DAY: Final = (2, 29)
_BEFORE_LEAP_DAY: Final = (2, 28)

_PLANTS: Final = (
    "acorn aspen bamboo birch cedar clover daisy fern ginkgo hazel iris ivy jasmin laurel lilac"
    " lotus maple mint myrtle oak olive orchid peony pine plum poppy reed rose sage tulip violet"
    " willow"
)
_WORDS: Final = tuple(_PLANTS.split())
_LETTERS: Final = "23456789bcdfghjkmnpqrstvwxz"  # no vowels, no words; nothing to misread


class Role(StrEnum):
    """What a member may do. Source: `Role` of the contract."""

    SHOPPER = "SHOPPER"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"
    SERVICE = "SERVICE"


class AccountKind(StrEnum):
    EMAIL = "EMAIL"
    PHONE = "PHONE"


@dataclass(frozen=True, slots=True)
class AccountName:
    """An e-mail address or a phone number in its one normalised form."""

    kind: AccountKind
    value: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `session_id` is None for tokens of the shop's own identity provider."""

    member_id: UUID
    roles: frozenset[Role]
    session_id: UUID | None
    expires_at: datetime


def normalise_email(address: str) -> str:
    """The form in which addresses are compared: composed, and without case in both parts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).lower())


def generated_handle(draw: int, *, length: int) -> str:
    """A readable handle such as `lotus-7k2mq` from a random `draw` of 64 bits.

    It always has a hyphen, and a staff account's handle never has one: they cannot meet.
    """
    draw, word = divmod(draw, len(_WORDS))
    letters: list[str] = []
    for _ in range(length):
        draw, letter = divmod(draw, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return f"{_WORDS[word]}-{''.join(letters)}"


def staff_handle(role: Role) -> str:
    """The handle of the staff account that is named after a role.

    Raises: Invalid for the role that is no staff.
    """
    if role is Role.SHOPPER:
        raise Invalid("member.role_not_staff", role=role)
    return role.lower()


def check_customer_ref(ref: str) -> None:
    """Refuses what cannot be a customer number.

    Raises: Invalid.
    """
    if not ref.strip():
        raise Invalid("text.blank", field=("customerRef",))
    if len(ref) > LONGEST_REF:
        raise Invalid("text.too_long", field=("customerRef",), limit=LONGEST_REF)
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in ref):
        raise Invalid("text.control", field=("customerRef",))


def is_referral_code(text: str) -> bool:
    """Whether this could be anybody's referral code."""
    return _REFERRAL_CODE.fullmatch(text) is not None


def check_referral_code(code: str, *, field: tuple[str, ...] = ("referralCode",)) -> None:
    """Refuses what no referral code looks like. Whether anybody has it shows later.

    Raises: Invalid.
    """
    if not is_referral_code(code):
        raise Invalid("referral.code", field=field)


def check_display_name(text: str) -> None:
    """Refuses a name that is blank, too long, or not text. It is kept exactly, never trimmed.

    Raises: Invalid.
    """
    if not text.strip():
        raise Invalid("text.blank", field=("displayName",))
    check_text(text, limit=LONGEST_DISPLAY_NAME, field=("displayName",))


def check_bio(text: str) -> None:
    """Raises: Invalid when it is too long or not text."""
    check_text(text, limit=LONGEST_BIO, field=("bio",))


def check_birthday(birthday: date, today: date) -> None:
    """Raises: Invalid for a day that no living shopper was born on."""
    if not _FIRST_BIRTHDAY <= birthday <= today:
        raise Invalid("profile.birthday", field=("birthday",))


def joined(
    member_id: UUID,
    *,
    key: UUID,
    now: datetime,
    attributes: Mapping[str, Any] = _NOTHING,
) -> Activity:
    """The fact that a member joined, which happens once."""
    return _once(JOINED, member_id, key=key, now=now, attributes=attributes)


def profile_completed(member_id: UUID, *, key: UUID, now: datetime) -> Activity:
    """The fact that a profile became complete, which counts once."""
    return _once(PROFILE_COMPLETED, member_id, key=key, now=now, attributes=_NOTHING)


def birthdays_on(day: date) -> list[tuple[int, int]]:
    """The months and days of birth that are celebrated on a day.

    Who was born on 29 February celebrates on the 28th in a year without one.
    """
    celebrated = [(day.month, day.day)]
    if celebrated == [_BEFORE_LEAP_DAY] and not calendar.isleap(day.year):
        celebrated.append(_LEAP_DAY)
    return celebrated


def birthday_reached(
    member_id: UUID, *, key: UUID, year: int, on: datetime, now: datetime
) -> Activity:
    """The fact that a member's birthday came, which happens once in a year."""
    return Activity(
        id=key,
        member_id=member_id,
        type=BIRTHDAY_REACHED,
        source=LAURELS,
        external_id=f"{BIRTHDAY_REACHED}:{member_id}:{year}",
        occurred_at=on,
        received_at=now,
        attributes={},
    )


def _once(
    type_: str,
    member_id: UUID,
    *,
    key: UUID,
    now: datetime,
    attributes: Mapping[str, Any],
) -> Activity:
    return Activity(
        id=key,
        member_id=member_id,
        type=type_,
        source=LAURELS,
        external_id=f"{type_}:{member_id}",
        occurred_at=now,
        received_at=now,
        attributes=dict(attributes),
    )
