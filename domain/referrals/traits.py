"""By what a person is known again: mailbox, telephone, device, payment, address, network.

Traits are compared by keyed digests and never kept themselves. Before that each gets the one form
in which it is compared, so that a mailbox written in two ways is one.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from domain.errors import Invalid
from domain.members import AccountKind, AccountName
from domain.values import value

LONGEST: Final = 200
"""Characters of a trait as it is handed in."""


class TraitKind(StrEnum):
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    DEVICE = "DEVICE"
    PAYMENT = "PAYMENT"
    ADDRESS = "ADDRESS"
    NETWORK = "NETWORK"


@value
class Trait:
    """One thing that a person was seen with, in the form in which it is compared."""

    kind: TraitKind
    text: str


_DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})
"""Hosts that ignore dots in a mailbox's name."""

_ONE_HOST: Final = {"googlemail.com": "gmail.com"}
_SPACE: Final = re.compile(r"\s+")


def mailbox(address: str) -> str:
    """The mailbox that an e-mail address reaches, as far as it can be told.

    What follows a plus sign is a label of the reader's own at every large host; some ignore dots.
    """
    name, _, host = address.rpartition("@")
    host = _ONE_HOST.get(host, host)
    name = name.partition("+")[0] or name
    if host in _DOTLESS:
        name = name.replace(".", "")
    return f"{name}@{host}"


def trait_of_account(account: AccountName) -> Trait:
    """The trait of an account that somebody has proved to be theirs."""
    if account.kind is AccountKind.EMAIL:
        return Trait(TraitKind.EMAIL, mailbox(account.value))
    return Trait(TraitKind.PHONE, account.value)


def trait(kind: TraitKind, said: str, *, field: tuple[str, ...]) -> Trait:
    """A trait as a client or the shop hands it in.

    Raises: Invalid for what is empty, too long, or no text.
    """
    text = _SPACE.sub(" ", unicodedata.normalize("NFKC", said)).strip()
    if not text:
        raise Invalid("text.blank", field=field)
    if len(said) > LONGEST:
        raise Invalid("text.too_long", field=field, limit=LONGEST)
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise Invalid("text.control", field=field)
    return Trait(kind, text)
