"""UUIDv7 inside, opaque typed ids outside.

An id on the wire is base64url of one kind letter pair and the key's bytes, so that an id of one
kind can never be taken for another, and nobody is tempted to build one.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import uuid_utils
from asyncpg.pgproto.pgproto import UUID as DriverUUID  # noqa: N811

_UUID_BYTES: Final = 16
_NUMBER_BYTES: Final = 8
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


class Kind(StrEnum):
    """Two letters for every type that has a `Node` id. Add one per type, change none."""

    MEMBER = "mb"
    ACTIVITY = "ac"
    POINTS_ENTRY = "pe"
    POINTS_HOLD = "ph"
    EARN_RULE = "er"
    TIER = "ti"
    BADGE = "bd"
    BADGE_AWARD = "ba"
    CHALLENGE = "ch"
    PARTICIPATION = "pt"
    TEAM = "tm"
    COUPON_TEMPLATE = "ct"
    COUPON = "cp"
    REWARD = "rw"
    REDEMPTION = "rd"
    MEMBERSHIP_PLAN = "mp"
    MEMBERSHIP = "ms"
    LEADERBOARD = "lb"
    LEADERBOARD_SEASON = "ls"
    NOTIFICATION = "nt"
    IMAGE = "im"
    IMAGE_UPLOAD = "iu"
    PRODUCT = "pd"
    POST = "po"
    COMMENT = "cm"
    REVIEW_ITEM = "ri"
    REPORT = "rp"
    DECISION = "dc"
    APPEAL = "ap"
    POLICY = "pl"
    REFERRAL = "rf"
    DEAL_OFFER = "do"
    GROUP_BUY = "gb"
    BARGAIN = "bg"
    DEAL_ORDER = "dr"
    WORD_LIST = "wl"


_LETTERS: Final = {kind: kind.encode() for kind in Kind}


@dataclass(frozen=True, slots=True)
class GlobalId:
    """A decoded id: its kind, the row's key, and a number where the row is one of a series."""

    kind: Kind
    key: UUID
    number: int | None = None


def new_id() -> UUID:
    """A fresh UUIDv7: unique, and ordered by the time of its making.

    It is of the class that the driver reads ids into, which is made, hashed and written several
    times faster than the standard library's, and equal to it.
    """
    return DriverUUID(uuid_utils.uuid7().bytes)


def new_name() -> str:
    """A fresh UUIDv7 as 32 hexadecimal digits, for what is named and never stored."""
    return uuid_utils.uuid7().hex


def encode_id(kind: Kind, key: UUID, number: int | None = None) -> str:
    """The id that clients see for the row `key` (and `number` of its series)."""
    tail = b"" if number is None else number.to_bytes(_NUMBER_BYTES)
    text = b2a_base64(_LETTERS[kind] + key.bytes + tail, newline=False)
    return text.translate(_URL_SAFE, b"=").decode()


def decode_id(text: str) -> GlobalId | None:
    """What an id names, or None for anything that Laurels never gave out."""
    found = _read(text)
    # Base64 has many spellings of the same bytes; only ours is an id.
    if found is None or encode_id(found.kind, found.key, found.number) != text:
        return None
    return found


def _read(text: str) -> GlobalId | None:
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        kind = Kind(raw[:2].decode("ascii"))
    except (binascii.Error, UnicodeError, ValueError):
        return None
    body = raw[2:]
    if len(body) == _UUID_BYTES:
        return GlobalId(kind, UUID(bytes=body))
    if len(body) == _UUID_BYTES + _NUMBER_BYTES:
        return GlobalId(kind, UUID(bytes=body[:16]), int.from_bytes(body[16:]))
    return None


def decode_key(text: str, kind: Kind) -> UUID | None:
    """The key inside an id of this kind; None for any other text."""
    decoded = decode_id(text)
    return decoded.key if decoded and decoded.kind is kind and decoded.number is None else None
