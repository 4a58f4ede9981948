"""A home screen over the real slices: its document, and the same by hand for this screen alone.

By hand means: one function that reads with the same store functions, as few times as it can, and
writes dictionaries. It does what every endpoint must (the token, the reads, the reader's language)
and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.execution.compiler.times import show_date_time
from api.scalars import write_decimal
from domain.activity import Activity
from domain.boards import Board, Entry, Season
from domain.ledger import EntryKind
from domain.members import Viewer
from gamification.leaderboards import reading, service
from gamification.leaderboards import store as boards_store
from gamification.points import service as points
from gamification.points import statements
from gamification.points.store import EntryRow
from gamification.programme import store as programme_store
from gamification.programme.store import RuleRow
from gamification.tiers import reading as tiers
from gamification.tiers import store as tiers_store
from gamification.tiers.store import TierRow
from infra import activity_log
from infra.i18n import Locale, negotiate
from infra.ids import Kind, encode_id
from members import store as members_store
from members.store import Profile
from server.wiring import Laurels

ENTRIES: Final = 20
SCREEN: Final = """
query Home($entries: Int! = 20) {
  me {
    ...Person
    tier { key name level }
    points {
      available pending held lifetimeEarned
      entries(first: $entries) {
        nodes {
          id kind amount pending availableAfter createdAt expiresAt description
          explanation {
            ruleVersion
            rule { key name }
            activity { type occurredAt }
            steps { label factor amount }
          }
        }
        pageInfo { hasNextPage }
      }
    }
  }
  leaderboards {
    key name unit period
    season { startsAt endsAt final }
    top(first: 10) { rank score member { ...Person } }
    around(radius: 3) { rank score member { ...Person } }
    viewerGap
  }
}
fragment Person on Member { id handle displayName }
"""

Json = dict[str, Any]


class ByHand:
    """The screen as somebody would write it who is in a hurry for this one alone."""

    def __init__(self, laurels: Laurels) -> None:
        self._laurels = laurels
        self._platform = laurels.platform
        self._sql = laurels.platform.database

    async def answer(self, request: Request) -> Response:
        _, _, token = request.headers["authorization"].partition(" ")
        asked = orjson.loads(await request.body())
        viewer = await self._laurels.authentication.viewer(token)
        locale = negotiate(request.headers.get("accept-language"))
        screen = await self._screen(viewer, locale, asked["variables"]["entries"])
        return Response(orjson.dumps({"data": screen}), media_type="application/json")

    async def _screen(self, viewer: Viewer, locale: Locale, first: int) -> Json:
        key, now = viewer.member_id, await self._platform.clock.now()
        account = await self._points(key, now, locale, first)
        boards = await boards_store.boards()
        ranked = await self._ranked(boards, key, now)
        near = {entry.member_id for _, top, around, _ in ranked for entry in (*top, *around)}
        profiles = await members_store.profiles(self._sql, [*near | {key}])
        tier = await self._tier(key)
        return {
            "me": {
                **_person(profiles[key]),
                "tier": {"key": tier.key, "name": tier.name, "level": tier.level},
                "points": account,
            },
            "leaderboards": [
                _board(board, rest, profiles) for board, rest in zip(boards, ranked, strict=True)
            ],
        }

    async def _tier(self, member_id: UUID) -> TierRow:
        programme = await self._laurels.programmes.current(self._sql)
        now = await self._platform.clock.now()
        held = (await tiers.tiers_of(self._sql, programme, [member_id], now))[member_id]
        return next(one for one in await tiers_store.tiers(self._sql) if one.key == held.key)

    async def _points(self, member_id: UUID, now: datetime, locale: Locale, first: int) -> Json:
        balance = (await points.balances(self._sql, [member_id], now))[member_id]
        (found,) = await statements.statements(self._sql, [member_id], now=now, limit=first + 1)
        rows = found[:first]
        rules = await programme_store.rules(self._sql, [*{r.rule_id for r in rows if r.rule_id}])
        activities = await activity_log.by_ids(
            self._sql, [*{r.activity_id for r in rows if r.activity_id}]
        )
        return {
            "available": balance.available,
            "pending": balance.pending,
            "held": balance.held,
            "lifetimeEarned": balance.lifetime_earned,
            "entries": {
                "nodes": [self._entry(row, rules, activities, locale) for row in rows],
                "pageInfo": {"hasNextPage": len(found) > first},
            },
        }

    def _entry(
        self,
        row: EntryRow,
        rules: Mapping[UUID, RuleRow],
        activities: Mapping[UUID, Activity],
        locale: Locale,
    ) -> Json:
        say = self._platform.catalogue.say
        rule = rules.get(row.rule_id) if row.rule_id else None
        activity = activities.get(row.activity_id) if row.activity_id else None
        waits = row.pending and row.kind is EntryKind.EARN
        sentence = f"points.entry.{'earn_pending' if waits else row.kind.lower()}"
        return {
            "id": encode_id(Kind.POINTS_ENTRY, row.member_id, row.number),
            "kind": row.kind.name,
            "amount": row.amount,
            "pending": row.pending,
            "availableAfter": row.available_after,
            "createdAt": show_date_time(row.created_at),
            "expiresAt": row.expires_at and show_date_time(row.expires_at),
            "description": say(
                sentence, locale, rule=rule.name if rule else "", reason=row.reason or ""
            ),
            "explanation": {
                "ruleVersion": rule and rule.version,
                "rule": rule and {"key": rule.key, "name": rule.name},
                "activity": activity
                and {
                    "type": activity.type,
                    "occurredAt": show_date_time(activity.occurred_at),
                },
                "steps": [
                    {
                        "label": say(f"points.step.{step.key}", locale),
                        "factor": None if step.factor is None else write_decimal(step.factor),
                        "amount": write_decimal(step.amount),
                    }
                    for step in row.steps
                ],
            },
        }

    async def _ranked(self, boards: list[Board], member_id: UUID, now: datetime) -> list[_Ranked]:
        programme, platform = await self._laurels.programmes.current(self._sql), self._platform
        seasons = await service.seasons_shown(platform, boards, now, programme.settings.zone)
        keys = [(board.id, one.starts_at) for board, one in zip(boards, seasons, strict=True)]
        own = [(member_id, *key) for key in keys]
        tops = await reading.tops(platform, keys, first=10, offset=0)
        arounds = await reading.arounds(platform, own, radius=3)
        places = await reading.places(platform, own)
        shown = [_season(season, now) for season in seasons]
        gaps = [place.gap if place else None for place in places]
        return list(zip(shown, tops, arounds, gaps, strict=True))


_Ranked = tuple[Json, list[Entry], list[Entry], int | None]


def _season(season: Season, now: datetime) -> Json:
    return {
        "startsAt": show_date_time(season.starts_at),
        "endsAt": season.ends_at and show_date_time(season.ends_at),
        "final": season.final(now),
    }


def _board(board: Board, ranked: _Ranked, profiles: Mapping[UUID, Profile]) -> Json:
    season, top, around, gap = ranked
    return {
        "key": board.key,
        "name": board.name,
        "unit": board.unit,
        "period": board.period.name,
        "season": season,
        "top": _entries(top, profiles),
        "around": _entries(around, profiles),
        "viewerGap": gap,
    }


def _entries(entries: Sequence[Entry], profiles: Mapping[UUID, Profile]) -> list[Json]:
    return [
        {"rank": one.rank, "score": one.score, "member": _person(profiles[one.member_id])}
        for one in entries
    ]


def _person(profile: Profile) -> Json:
    return {
        "id": encode_id(Kind.MEMBER, profile.id),
        "handle": profile.handle,
        "displayName": profile.display_name,
    }
