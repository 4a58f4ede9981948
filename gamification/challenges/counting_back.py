"""What had counted for a challenge before a member joined it, by the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import orders
from domain.activity import Activity
from domain.challenges import Challenge
from domain.contributions import FOLLOWED, note
from domain.metrics import Count
from domain.recounting import recount
from gamification.challenges import participations as rows
from gamification.contributions import store as contributions_store
from gamification.metrics import store as metrics_store
from gamification.unit import Unit


async def counted(unit: Unit, challenge: Challenge, joining: Activity) -> Sequence[Count]:
    """What activities of a locked member, applied before, count from the time that counts on.

    Orders and contributions learn what they added, so that it can be taken back. Mostly there is
    nothing: who joins begins from then on.
    """
    since = datetime.fromisoformat(joining.attributes["countsFrom"])
    metrics = [
        metric
        for key in dict.fromkeys(challenge.metric_ids)
        if (metric := unit.programme.metric(key)) is not None
    ]
    types = {trigger for metric in metrics for trigger in metric.definition.triggers}
    if not await rows.did_any(unit.tx, joining.member_id, sorted(types), since):
        return ()
    log = await metrics_store.applied(
        unit.tx, [joining.member_id], sorted(types | orders.ORDER_TYPES | FOLLOWED)
    )
    state = unit.states[joining.member_id]
    found = recount(
        metrics, unit.programme.settings, unit.bind, state, log.get(joining.member_id, ())
    )
    ofs = [(joining.member_id, ref, of_order) for ref, of_order in found.counted.items()]
    await metrics_store.note_counted(unit.tx, ofs)
    await contributions_store.note_counted(unit.tx, {joining.member_id: found.contributed})
    note(state.contributions, found.contributed)
    return [count for count in found.counts if count.counted_at >= since]
