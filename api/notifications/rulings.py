"""What notifications say of decisions: the policy, as it read then, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from api.decisions.types import policies_at_versions

if TYPE_CHECKING:
    from api.execution.context import Context
    from domain.activity import Activity

NOUN = "moderation"
"""What the types of these activities begin with."""


async def policies_of(context: Context, activities: Sequence[Activity]) -> list[str | None]:
    """The name of the policy that each decision refers to, if it is one and refers to one."""
    wanted = [_policy(one) for one in activities]
    there = list(dict.fromkeys(one for one in wanted if one is not None))
    loaded = await context.load_many(policies_at_versions, there)
    found = dict(zip(there, loaded, strict=True))
    policies = [None if one is None else found[one] for one in wanted]
    language = context.locale.value
    return [None if one is None else one.name_in(language) for one in policies]


def _policy(activity: Activity) -> tuple[UUID, int] | None:
    told = activity.attributes
    if not activity.type.startswith(f"{NOUN}.") or "policyId" not in told:
        return None
    return UUID(told["policyId"]), int(told["policyVersion"])
