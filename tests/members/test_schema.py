"""The database holds what the ORM would silently leave out."""

import re
from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions

from infra.database import Database, tortoise_config
from infra.i18n import load_catalogue

_REFUSAL = re.compile(
    r"(?:Invalid|NotFound|Conflict|Expired|TooManyAttempts|Unauthenticated)\(\s*\"([a-z_.]+)\""
)
EXPECTED = {
    "account_belongs_to_member",
    "account_is_normalised",
    "account_kind_is_known",
    "member_customer_ref_is_named",
    "member_customer_ref_is_unique",
    "member_handle_is_readable",
    "member_handle_is_unique",
    "member_is_called_something",
    "member_locale_is_known",
    "member_merges_into_another",
    "member_merges_into_member",
    "member_roles_are_known",
    "refresh_token_belongs_to_session",
    "session_belongs_to_member",
    "sign_in_code_burns_after_five_tries",
}


async def test_every_check_is_there(database: Database) -> None:
    rows = await database.fetch(
        "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'f', 'u') AND conrelid::regclass"
        "::text IN ('account', 'member', 'refresh_token', 'session', 'sign_in_code')"
    )
    assert {row["conname"] for row in rows} >= EXPECTED


async def test_the_migrations_describe_the_tables() -> None:
    config = tortoise_config("postgres://", migrations=True)
    context = TortoiseContext()
    with context:
        await context.init(config=config)
        assert context.apps is not None
        own = {"members": config["apps"]["members"]}
        changes = await MigrationAutodetector(context.apps, own).changes()
    # Docstrings become table options, which nobody migrates.
    operations = [one for writer in changes for one in writer.operations]
    assert [one for one in operations if not isinstance(one, AlterModelOptions)] == []


def test_every_reason_has_its_sentence() -> None:
    sources = [Path("domain/members.py"), Path("domain/text.py"), *Path("members").glob("*.py")]
    reasons = {reason for path in sources for reason in _REFUSAL.findall(path.read_text("utf-8"))}
    assert "sign_in.code_burnt" in reasons
    assert reasons <= load_catalogue().keys
