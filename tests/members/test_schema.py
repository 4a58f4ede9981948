"""The database holds what the ORM would silently leave out."""

from tortoise.migrations.autodetector import MigrationAutodetector

from infra.database import Database
from infra.i18n import load_catalogue

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
    assert EXPECTED <= {row["conname"] for row in rows}


def test_every_reason_has_its_sentence() -> None:
    catalogue = load_catalogue()
    reasons = {
        "account.invalid",
        "member.already_linked",
        "member.not_found",
        "member.number_taken",
        "member.role_not_staff",
        "profile.birthday",
        "profile.locale",
        "referral.code",
        "session.over",
        "sign_in.code_burnt",
        "sign_in.code_expired",
        "sign_in.code_wrong",
        "sign_in.too_many_codes",
    }
    assert reasons <= catalogue.keys
