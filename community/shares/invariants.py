"""What always holds of shares."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "A post is shared by as many members as are counted",
        "SELECT p.id FROM post p FULL JOIN (SELECT post_id AS id, count(*) AS n FROM share"
        "   GROUP BY 1) s USING (id) WHERE coalesce(p.share_count, 0) <> coalesce(s.n, 0)",
    ),
    Invariant(
        "Of every visit that the log knows the share has counted one",
        "SELECT s.code FROM share s LEFT JOIN (SELECT split_part(external_id, ':', 2) AS code,"
        "   count(*) AS n FROM activity WHERE source = 'laurels' AND type = 'share.visited'"
        "   GROUP BY 1) v USING (code) WHERE s.visits < coalesce(v.n, 0)",
    ),
)
