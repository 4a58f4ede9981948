"""What always holds of second looks and of the spans that decisions name."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "A second look is somebody else's, at the same revision of the same thing",
        "SELECT d.id FROM decision d LEFT JOIN decision f ON f.id = d.second_of"
        " WHERE d.second_of IS NOT NULL AND (f.id IS NULL OR f.moderator_id = d.moderator_id"
        "   OR f.subject_id <> d.subject_id OR f.revision IS DISTINCT FROM d.revision)",
    ),
    Invariant(
        "Who decided does not hold the second look at it",
        "SELECT i.id FROM review_item i WHERE i.origin = 'SAMPLE' AND i.claimed_by = i.barred_id",
    ),
    Invariant(
        "A decision names spans of what it is about, and of no other length than it has",
        "SELECT s.decision_id FROM decision_span s LEFT JOIN decision d ON d.id = s.decision_id"
        " LEFT JOIN post_revision r ON r.post_id = d.subject_id AND r.revision = d.revision"
        " WHERE d.id IS NULL OR d.subject_kind = 'POST' AND s.ends > char_length(r.text)",
    ),
)
