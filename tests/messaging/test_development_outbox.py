"""The line that people and tools look for."""

from structlog.testing import capture_logs

from domain.members import AccountKind, AccountName
from infra.i18n import Locale
from messaging.development_outbox import DevelopmentOutbox


async def test_a_code_is_one_log_line() -> None:
    with capture_logs() as lines:
        account = AccountName(AccountKind.PHONE, "+8613800138000")
        await DevelopmentOutbox().send_code(account, "012345", Locale.ZH_CN)
    assert [line["event"] for line in lines] == ["sign-in code for +8613800138000: 012345"]
