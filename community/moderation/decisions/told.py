"""What the log of activities says of a decision: enough to word it later in any language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from community.moderation.decisions.store import DecisionRow
from community.moderation.policies.store import PolicyRow
from domain.moderation.deciding import appeal_until
from domain.moderation.receipts import Outcome, Ruled, may_be_appealed, outcome_of
from domain.moderation.subjects import Action, SubjectKind
from infra.ids import Kind

KINDS: Final[Mapping[SubjectKind, Kind]] = {
    SubjectKind.POST: Kind.POST,
    SubjectKind.COMMENT: Kind.COMMENT,
    SubjectKind.MEMBER: Kind.MEMBER,
}
"""How ids of subjects are told to clients."""


def outcome(decision: DecisionRow, policy: PolicyRow | None) -> Outcome | None:
    """What a decision by this policy means to its author; None where it is no news."""
    mendable = (
        decision.subject_kind is SubjectKind.POST
        and decision.action is Action.REJECT
        and policy is not None
        and policy.editable
    )
    ruled = Ruled(
        action=decision.action,
        was=decision.was,
        became=decision.became,
        mendable=mendable,
        suspend_days=decision.suspend_days,
        of_appeal=decision.overrules_id is not None,
    )
    return outcome_of(ruled)


def said_of(decision: DecisionRow, policy: PolicyRow | None) -> dict[str, Any]:
    """What the author is told beside what was decided; `outcome` is left out where it is no news.

    `policy` is the one that the decision refers to, at its version.
    """
    said: dict[str, Any] = {"subjectKind": decision.subject_kind.value}
    meant = outcome(decision, policy)
    if meant is not None:
        said["outcome"] = meant.value
    if meant is Outcome.SUSPENDED:
        said["days"] = decision.suspend_days
    if decision.policy is not None:
        policy_id, version = decision.policy
        said |= {"policyId": str(policy_id), "policyVersion": version}
    if may_be_appealed(decision.action, of_appeal=decision.overrules_id is not None):
        said["appealUntil"] = appeal_until(decision.decided_at).isoformat()
    return said
