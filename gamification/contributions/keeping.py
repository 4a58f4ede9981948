"""Contributions in one unit of work: loaded where activities move them, and written."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from domain.contributions import subject_of
from gamification.contributions import store
from gamification.ledger import books as books_store
from gamification.unit import Unit


class ContributionsKeeping:
    """A `Keeper` of what posts brought; it comes before those who ask what they count."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Loads what these activities move, with its awards and all of the members' books."""
        names = {
            (one.member_id, subject): None
            for one in activities
            if (subject := subject_of(one)) is not None
        }
        if not names:
            return
        tx, states = self._unit.tx, self._unit.states
        found = await store.load(tx, names)
        for (member_id, subject), contribution in found.items():
            states[member_id].contributions[subject] = contribution
        books = {member_id: states[member_id].books for member_id, _ in names}
        unread = [one for one in books.values() if one.unread_due is not None]
        if unread:
            await books_store.complete(tx, unread)
        wanted = [
            (books[member_id], granted.entry_number)
            for (member_id, _), one in found.items()
            for part in one.parts.values()
            for granted in part.granted
        ]
        if wanted:
            await books_store.load_numbered(tx, wanted)

    async def write(self) -> None:
        """Writes those that moved."""
        moved = [
            (member_id, one)
            for member_id, state in self._unit.states.items()
            for one in state.contributions.values()
            if one.changed
        ]
        await store.put(self._unit.tx, moved)
