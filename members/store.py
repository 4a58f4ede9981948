"""Every query about members and their accounts. Nothing here commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import asyncpg

from domain.members import AccountName, Role
from domain.text import has_controls
from domain.values import value
from infra.database import Sql, columns
from infra.i18n import Locale
from infra.pictures.store import BESIDE, Image, images_beside
from members.accounts import normalise_ref


@value
class Profile:
    """What a member is called and may do."""

    id: UUID
    customer_ref: str | None
    handle: str
    display_name: str
    bio: str | None
    locale: Locale | None
    roles: frozenset[Role]
    joined_at: datetime
    avatar_image_id: UUID | None = None


async def find_by_refs(sql: Sql, refs: Sequence[str]) -> dict[str, UUID]:
    """The members that these customer numbers or verified accounts reach, by the ref as given."""
    keys = {ref: normalise_ref(ref) for ref in refs}
    found = await find_by_keys(sql, set(keys.values()))
    return {ref: found[key] for ref, key in keys.items() if key in found}


async def find_by_keys(sql: Sql, keys: Iterable[str]) -> dict[str, UUID]:
    """Like `find_by_refs`, for refs that are normalised already."""
    rows = await sql.fetch(
        "SELECT k.key, coalesce((SELECT id FROM member WHERE customer_ref = k.key),"
        "   (SELECT member_id FROM account WHERE value = k.key)) AS id"
        " FROM unnest($1::text[]) k (key)",
        [key for key in keys if not has_controls(key)],
    )
    return {key: found for key, found in rows if found is not None}


async def merged(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Those of the members that were merged into another, and into whom."""
    rows = await sql.fetch(
        "SELECT id, merged_into FROM member WHERE id = ANY($1) AND merged_into IS NOT NULL",
        list(ids),
    )
    return {row["id"]: row["merged_into"] for row in rows}


# In the order of the numbers, so that two batches wait for each other and never deadlock; who
# became reachable by a verified account since we looked is left out like a known number.
_ADD: Final = """
INSERT INTO member (id, customer_ref, handle, display_name, roles, joined_at)
SELECT n.id, n.ref, n.handle, n.handle, '{SHOPPER}', $4
FROM unnest($1::uuid[], $2::text[], $3::text[]) n (id, ref, handle)
WHERE NOT EXISTS (SELECT FROM account a WHERE a.value = n.ref)
ORDER BY n.ref
ON CONFLICT DO NOTHING
RETURNING customer_ref, id
"""


async def add_members(
    sql: Sql, new: Sequence[tuple[UUID, str, str]], joined_at: datetime
) -> dict[str, UUID]:
    """Adds `(id, customer number, handle)` and returns those added, by number.

    Left out are numbers that have a member and handles that are taken.
    """
    rows = await sql.fetch(_ADD, *columns(new, 3), joined_at)
    return {row["customer_ref"]: row["id"] for row in rows}


async def verify_account(sql: Sql, name: AccountName, member_id: UUID, now: datetime) -> bool:
    """Writes down whose an account is; it stays whose it was. Whether nobody's was known before."""
    done = await sql.execute(
        "INSERT INTO account (value, kind, member_id, verified_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        name.value,
        name.kind,
        member_id,
        now,
    )
    return done == "INSERT 0 1"


_NAMES: Final = tuple(Profile.__dataclass_fields__)
_PROFILE: Final = ", ".join(_NAMES)
_PROFILE_OF_M: Final = ", ".join(f"m.{name}" for name in _NAMES)
_VALUES: Final = cast("Callable[[asyncpg.Record], tuple[Any, ...]]", itemgetter(*_NAMES))


async def profiles(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Profile]:
    """The profiles of these members; unknown ids are left out."""
    rows = await sql.fetch(f"SELECT {_PROFILE} FROM member WHERE id = ANY($1)", ids)  # noqa: S608
    return {row["id"]: profile_of(row) for row in rows}


async def profiles_with_avatars(
    sql: Sql, ids: Sequence[UUID]
) -> tuple[dict[UUID, Profile], dict[UUID, Image]]:
    """The same, and the pictures that they show of themselves, by the ids of these."""
    rows = await sql.fetch(
        f"SELECT {_PROFILE_OF_M}, {BESIDE} FROM member m"  # noqa: S608 - own columns
        " LEFT JOIN image i ON i.id = m.avatar_image_id WHERE m.id = ANY($1)",
        ids,
    )
    return {row["id"]: profile_of(row) for row in rows}, images_beside(rows, "avatar_image_id")


async def by_handle(sql: Sql, handle: str) -> Profile | None:
    """The member of this handle, which compares without case; None for one that was merged."""
    if not handle.isascii() or has_controls(handle):
        return None
    row = await sql.fetchrow(
        f"SELECT {_PROFILE} FROM member WHERE handle = $1 AND merged_into IS NULL",  # noqa: S608
        handle.lower(),
    )
    return profile_of(row) if row else None


async def by_ref(sql: Sql, ref: str) -> Profile | None:
    """The member that a customer number or a verified account reaches."""
    if has_controls(ref):  # PostgreSQL refuses to look for some of them
        return None
    row = await sql.fetchrow(
        f"SELECT {_PROFILE} FROM member WHERE id = coalesce("  # noqa: S608
        " (SELECT id FROM member WHERE customer_ref = $1),"
        " (SELECT member_id FROM account WHERE value = $1))",
        normalise_ref(ref),
    )
    return profile_of(row) if row else None


def profile_of(row: asyncpg.Record) -> Profile:
    """A row of member as a value."""
    id_, ref, handle, name, bio, locale, roles, *others = _VALUES(row)
    spoken = Locale(locale) if locale else None
    return Profile(id_, ref, handle, name, bio, spoken, roles_of(roles), *others)


def roles_of(names: Sequence[str]) -> frozenset[Role]:
    """Roles as the database spells them."""
    return _SHOPPER if names == ["SHOPPER"] else frozenset(map(Role, names))


_SHOPPER: Final = frozenset({Role.SHOPPER})  # what nearly everybody is, and nothing else


async def change_profile(sql: Sql, member_id: UUID, changes: Mapping[str, object]) -> bool:
    """Sets what is mentioned; a display name of None is the handle. False: no such member."""
    names = ("display_name", "bio", "locale", "birthday", "avatar_image_id")
    done = await sql.execute(
        "UPDATE member SET"
        " display_name = CASE WHEN $2 THEN coalesce($3, handle) ELSE display_name END,"
        " bio = CASE WHEN $4 THEN $5 ELSE bio END,"
        " locale = CASE WHEN $6 THEN $7 ELSE locale END,"
        " birthday = CASE WHEN $8 THEN $9 ELSE birthday END,"
        " avatar_image_id = CASE WHEN $10 THEN $11 ELSE avatar_image_id END"
        " WHERE id = $1",
        member_id,
        *(part for name in names for part in (name in changes, changes.get(name))),
    )
    return done == "UPDATE 1"


async def lock_avatar(sql: Sql, member_id: UUID) -> UUID | None:
    """The picture that a member shows, whom nobody else changes until the transaction ends."""
    found: UUID | None = await sql.fetchval(
        "SELECT avatar_image_id FROM member WHERE id = $1 FOR NO KEY UPDATE", member_id
    )
    return found


async def complete_profile(sql: Sql, member_id: UUID, now: datetime) -> bool:
    """Marks a profile that has a name and a birthday; True the first time only."""
    done = await sql.execute(
        "UPDATE member SET profile_completed_at = $2 WHERE id = $1"
        " AND profile_completed_at IS NULL AND birthday IS NOT NULL AND display_name <> handle",
        member_id,
        now,
    )
    return done == "UPDATE 1"


async def staff_account(sql: Sql, key: UUID, handle: str, role: Role, now: datetime) -> UUID:
    """The staff account of this handle, made with this key and role when there is none."""
    await sql.execute(
        "INSERT INTO member (id, handle, display_name, roles, joined_at)"
        " VALUES ($1, $2, $2, ARRAY[$3], $4) ON CONFLICT DO NOTHING",
        key,
        handle,
        role,
        now,
    )
    found: UUID = await sql.fetchval("SELECT id FROM member WHERE handle = $1", handle)
    return found


async def add_role(sql: Sql, ids: Sequence[UUID], role: Role) -> None:
    """Gives these members one more role."""
    await sql.execute(
        "UPDATE member SET roles = roles || $2::text WHERE id = ANY($1) AND $2 <> ALL(roles)",
        ids,
        role,
    )
