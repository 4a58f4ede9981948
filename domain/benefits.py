"""Benefits: what a tier or a paid membership gives beside points, in words for the member."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import Conflict, Invalid
from domain.text import check_text

LONGEST_NAME: Final = 60  # user-perceived characters, like the next
LONGEST_DESCRIPTION: Final = 200
MOST_BENEFITS: Final = 50
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit; the shop's systems know it by its key."""

    key: str
    name: str
    description: str


def check_benefits(benefits: Sequence[Benefit]) -> None:
    """Refuses benefits that could not be shown or told apart.

    Raises: Invalid, Conflict for a key that comes twice; each with the field it is about.
    """
    if len(benefits) > MOST_BENEFITS:
        raise Invalid("benefit.too_many", field=("benefits",), limit=MOST_BENEFITS)
    keys: set[str] = set()
    for place, benefit in enumerate(benefits):
        where = ("benefits", str(place))
        if not _KEY.fullmatch(benefit.key):
            raise Invalid("programme.key", field=(*where, "key"))
        if benefit.key in keys:
            raise Conflict("benefit.key_twice", field=(*where, "key"), key=benefit.key)
        keys.add(benefit.key)
        if not benefit.name.strip():
            raise Invalid("text.blank", field=(*where, "name"))
        check_text(benefit.name, limit=LONGEST_NAME, field=(*where, "name"))
        check_text(benefit.description, limit=LONGEST_DESCRIPTION, field=(*where, "description"))
