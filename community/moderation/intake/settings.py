"""What a shop can set of the intake: how many are drawn at random, how much alike is a repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from domain.errors import Invalid
from infra.database import Sql, Transaction
from infra.platform import Platform

LEAST_ALIKE: Final = 0.5
_SUBJECT: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """`sample_share` of the posts of the most trusted authors are looked at afterwards. Texts that
    have `similar_from` of their shingles in common are repeats. Both from 0 to 1.
    """

    sample_share: float = 0.02
    similar_from: float = 0.7


DELIVERED: Final = IntakeSettings()


async def read(sql: Sql) -> IntakeSettings:
    """The settings as they are."""
    row = await sql.fetchrow("SELECT sample_share, similar_from FROM intake_settings")
    return DELIVERED if row is None else IntakeSettings(*row)


@dataclass(frozen=True, slots=True)
class InForce:
    """What texts are read by now: the settings, and the version of all lists together."""

    settings: IntakeSettings
    lists: int


async def in_force(sql: Sql) -> InForce:
    """What texts are read by now, by one statement."""
    [row] = await sql.fetch(
        "SELECT (SELECT coalesce(sum(version), 0)::integer FROM word_list) AS lists,"
        " s.sample_share, s.similar_from FROM (VALUES (true)) one (sole)"
        " LEFT JOIN intake_settings s USING (sole)"
    )
    if row["sample_share"] is None:
        return InForce(DELIVERED, row["lists"])
    return InForce(IntakeSettings(row["sample_share"], row["similar_from"]), row["lists"])


async def save(
    platform: Platform,
    admin_id: UUID | None,
    *,
    sample_share: float | None = None,
    similar_from: float | None = None,
) -> IntakeSettings:
    """Changes what is given; the rest stays. `admin_id` None is not in the log of staff.

    Raises: Invalid.
    """
    check(sample_share=sample_share, similar_from=similar_from)

    async def work(tx: Transaction) -> IntakeSettings:
        await tx.execute("LOCK TABLE intake_settings IN SHARE ROW EXCLUSIVE MODE")
        before = await read(tx)
        wanted = IntakeSettings(
            before.sample_share if sample_share is None else sample_share,
            before.similar_from if similar_from is None else similar_from,
        )
        if wanted == before:
            return before
        await _write(tx, wanted)
        if admin_id is not None:
            now = await platform.clock.now(tx)
            done = StaffAction(
                actor_id=admin_id,
                action="SAVE_INTAKE",
                subject_kind="INTAKE",
                subject_id=_SUBJECT,
                before=_told(before),
                after=_told(wanted),
                done_at=now,
            )
            await log.write(tx, done)
        return wanted

    return await platform.database.in_transaction(work)


def check(*, sample_share: float | None, similar_from: float | None) -> None:
    """Raises: Invalid for what is no such share."""
    if sample_share is not None and not 0 <= sample_share <= 1:
        raise Invalid("intake.share", field=("sampleShare",))
    if similar_from is not None and not LEAST_ALIKE <= similar_from <= 1:
        raise Invalid("intake.alike", field=("similarFrom",), least=LEAST_ALIKE)


async def _write(tx: Sql, settings: IntakeSettings) -> None:
    await tx.execute(
        "INSERT INTO intake_settings (sample_share, similar_from) VALUES ($1, $2)"
        " ON CONFLICT (sole) DO UPDATE SET sample_share = excluded.sample_share,"
        " similar_from = excluded.similar_from",
        settings.sample_share,
        settings.similar_from,
    )


def _told(settings: IntakeSettings) -> dict[str, object]:
    return {"sampleShare": settings.sample_share, "similarFrom": settings.similar_from}
