"""The channel of development: one log line a message, for whoever has no mail server at hand."""

from __future__ import annotations

import structlog

from domain.members import AccountName
from infra.i18n import Locale

_log = structlog.stdlib.get_logger(__name__)


class DevelopmentOutbox:
    """Sends nothing and logs everything. It shows codes: never run it for real customers."""

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None:
        """Writes `sign-in code for ACCOUNT: 123456`, a line that tools and tests read."""
        _log.info(f"sign-in code for {account.value}: {code}", locale=locale)
