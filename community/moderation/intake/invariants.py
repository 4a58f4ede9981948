"""What always holds of what the intake goes by."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Every print is of a post or comment that was sent",
        "SELECT t.subject_id FROM text_print t"
        " LEFT JOIN post p ON t.subject_kind = 'POST' AND p.id = t.subject_id"
        " LEFT JOIN comment c ON t.subject_kind = 'COMMENT' AND c.id = t.subject_id"
        " WHERE p.submitted_at IS NULL AND c.id IS NULL",
    ),
    Invariant(
        "No list has a word twice, and all together have no more than there may be",
        "SELECT w.id FROM word_list w WHERE cardinality(w.words) <> (SELECT count(DISTINCT one)"
        "   FROM unnest(w.words) one)"
        " OR 20000 < (SELECT sum(cardinality(words)) FROM word_list)",
    ),
)
