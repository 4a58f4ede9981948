"""Saving what differs, by the verbs that the API's mutations call, all in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from community.moderation.intake import settings as intake
from community.moderation.word_lists import service as word_lists
from community.moderation.word_lists.service import WordListDraft
from domain import calendar
from domain.badges import BadgeDraft
from domain.boards import BoardDraft
from domain.challenges.design import ChallengeDraft
from domain.earning import RuleState
from domain.errors import Refused
from domain.memberships.plans import PlanDraft
from domain.programme_document import LONE, Change, Kind
from domain.referrals import RulesDraft as TermsDraft
from domain.rewards import RewardDraft
from domain.tiers import RulesDraft, TierDraft
from gamification.badges import service as badges
from gamification.badges import store as badges_store
from gamification.challenges import designing as challenges
from gamification.coupons import designing
from gamification.coupons.designing import TemplateDraft
from gamification.expressions import Expressions
from gamification.leaderboards import service as boards
from gamification.memberships import plans
from gamification.programme import service as programme
from gamification.programme.current import Programmes
from gamification.programme.service import RuleDraft
from gamification.referrals import service as referrals
from gamification.rewards import service as rewards
from gamification.tiers import service as tiers
from infra.database import Sql
from infra.platform import Platform
from server.programme.faults import Fault, Path
from server.programme.intake_shapes import IntakeDraft
from server.programme.reading import Drafts, ProgrammeFile
from server.programme.sections import SettingsDraft

_INSTANT: Final = timedelta(microseconds=1)

Save = Callable[[Any], Awaitable[object]]


async def _later(_: Sql) -> None:
    """The version rises once, with the whole."""


@dataclass(slots=True)
class Saving:
    """Saves entries of the file; refusals are collected as faults of it.

    `platform` is one whose database joins the transaction that all of it happens in.
    """

    platform: Platform
    expressions: Expressions
    file: ProgrammeFile
    zone: ZoneInfo
    currency: str
    faults: list[Fault] = field(default_factory=list[Fault])

    async def save(self, changes: Sequence[Change]) -> None:
        """Saves what was added and changed; what names others comes after what it names."""
        wanted: dict[str, list[str]] = {}
        for change in changes:
            if change.kind is not Kind.EXTRA:
                wanted.setdefault(change.section, []).append(change.key)
        for section, save in self._verbs().items():
            left = wanted.get(section, [])
            while left:
                refused = await self._each(section, left, save)
                # A tier may have to wait for its neighbours to make room: as long as some move.
                if section != "tiers" or len(refused) == len(left):
                    self._refuse(section, refused)
                    break
                left = list(refused)

    async def _each(self, section: str, keys: Sequence[str], save: Save) -> dict[str, Refused]:
        found: dict[str, Refused] = {}
        for key in keys:
            try:
                await save(self.file.drafts[section][key])
            except Refused as refused:
                found[key] = refused
        return found

    def _refuse(self, section: str, refused: Mapping[str, Refused]) -> None:
        for key, one in refused.items():
            path: Path = (section, *([key] if key != LONE else []), *(one.field or ()))
            self.faults.append(Fault.of(one, path, self.file.place(path)))

    def _verbs(self) -> Mapping[str, Save]:
        return {
            "settings": self._settings,
            "tiers": self._tier,
            "tierRules": self._tier_rules,
            "badges": self._badge,
            "coupons": self._coupon,
            "boards": self._board,
            "rules": self._rule,
            "rewards": self._reward,
            "membershipPlans": self._plan,
            "referralRules": self._referral_rules,
            "challenges": self._challenge,
            "teamBoards": self._board,
            "intake": self._intake,
            "wordLists": self._word_list,
        }

    async def _settings(self, draft: SettingsDraft) -> None:
        given = {one.name: getattr(draft, one.name) for one in fields(draft)}
        saved = await programme.save_settings(self.platform, **given, changed=_later)
        self.zone, self.currency = calendar.zone(saved.time_zone), saved.currency

    async def _tier(self, draft: TierDraft) -> None:
        await tiers.save_tier(self.platform, draft, zone=self.zone, changed=_later)

    async def _tier_rules(self, draft: RulesDraft) -> None:
        await tiers.save_rules(
            self.platform, self.expressions, draft, zone=self.zone, changed=_later
        )

    async def _rule(self, draft: RuleDraft) -> None:
        await programme.save_rule(self.platform, self.expressions, draft, changed=_later)

    async def _badge(self, draft: BadgeDraft) -> None:
        # A file has no pictures: one that was uploaded stays.
        known = await badges_store.by_key(self.platform.database, draft.key)
        await badges.save_badge(
            self.platform,
            self.expressions,
            replace(draft, image_id=known.image_id if known else None),
            zone=self.zone,
            changed=_later,
        )

    async def _board(self, draft: BoardDraft) -> None:
        await boards.save(
            self.platform,
            draft,
            zone=self.zone,
            names=self.expressions.names,
            changed=_later,
        )

    async def _coupon(self, draft: TemplateDraft) -> None:
        await designing.save_template(self.platform, draft, currency=self.currency, changed=_later)

    async def _reward(self, draft: RewardDraft) -> None:
        # Anew for each: nobody else may come to know a programme that is not committed.
        programmes = Programmes(self.expressions)
        await rewards.save(self.platform, programmes, draft, changed=_later)

    async def _plan(self, draft: PlanDraft) -> None:
        await plans.save_plan(self.platform, draft, currency=self.currency, changed=_later)

    async def _referral_rules(self, draft: TermsDraft) -> None:
        await referrals.save_rules(self.platform, self.expressions, draft, changed=_later)

    async def _challenge(self, draft: ChallengeDraft) -> None:
        await challenges.save_challenge(self.platform, self.expressions, draft, changed=_later)

    async def _intake(self, draft: IntakeDraft) -> None:
        share, similar = float(draft.sample_share), float(draft.similar_from)
        await intake.save(self.platform, None, sample_share=share, similar_from=similar)

    async def _word_list(self, draft: WordListDraft) -> None:
        await word_lists.save(self.platform, None, draft)

    async def put_away(self, extra: Sequence[Change], shop: Drafts, now: datetime) -> None:
        """Puts away entries that the file does not have; what cannot be put away stays.

        A rule is archived, a board ends with the present day, a reward ends now, and a word list
        keeps no word.
        """
        verbs = self._verbs()
        for change in extra:
            ended = without(shop[change.section][change.key], now, self.zone)
            if ended is None:
                continue
            try:
                await verbs[change.section](ended)
            except Refused as refused:
                path = (change.section, change.key, *(refused.field or ()))
                self.faults.append(Fault.of(refused, path, None))


def without(draft: Any, now: datetime, zone: ZoneInfo) -> Any:  # noqa: ANN401 - any of the sections'
    """The draft by which an entry is put away; None for a kind that members may still hold."""
    match draft:
        case RuleDraft():
            return replace(draft, state=RuleState.ARCHIVED)
        case BoardDraft(starts_at=starts):
            end = calendar.days_after(now, 0, zone)
            still = end - _INSTANT if starts is not None and starts >= end else starts
            return replace(draft, starts_at=still, ends_at=end)
        case RewardDraft(starts_at=starts):
            still = None if starts is not None and starts >= now else starts
            return replace(draft, starts_at=still, ends_at=now)
        case WordListDraft():
            return replace(draft, words=())
        case _:
            return None
