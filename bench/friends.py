"""A shop's door, at which friends arrive with codes: the real sign-in, over engines of a till."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from bench.till import Till, open_till
from community.referrals.digests import Digests
from community.referrals.following import Following
from community.referrals.registering import Registering
from domain.bundles import Bundle
from domain.members import AccountName
from domain.referrals import RulesDraft
from gamification.engine.at_once import applying
from gamification.programme import store as programme_store
from gamification.referrals import service
from infra.i18n import Locale
from infra.platform import Platform
from members.sessions import Sessions
from members.sign_in import Came, SignIn, Welcome, come_alone
from members.tokens import Tokens

_SECRET: Final = b"a secret for measuring, and for nothing else"


@dataclass
class _Letterbox:
    """Keeps the newest code of each account."""

    codes: dict[str, str] = field(default_factory=dict[str, str])

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None:  # noqa: ARG002
        self.codes[account.value] = code


@dataclass
class Door:
    """`asking` is the door of a shop that asks who brought whom, `plain` of one that does not."""

    platform: Platform
    till: Till
    registering: Registering
    asking: SignIn
    plain: SignIn
    letterbox: _Letterbox

    async def code(self, account: str, door: SignIn) -> str:
        """The code that is sent to somebody who is about to sign in."""
        now = await self.platform.clock.now()
        await door.request_code(account, Locale.EN, now=now)
        return self.letterbox.codes.pop(account)

    async def enter(self, account: str, *, by: str | None = None, came: Came | None = None) -> UUID:
        """Signs somebody up who was brought by the owner of a code."""
        code = await self.code(account, self.asking)
        now = await self.platform.clock.now()
        signed = await self.asking.sign_in(
            account, code, now=now, referral_code=by, came=came or Came()
        )
        return signed.session.member_id

    async def promise(self) -> None:
        """100 points for each side, when an order is told."""
        draft = RulesDraft("order.paid", None, Bundle(100), Bundle(100), monthly_cap=1_000)
        expressions = self.till.programmes.expressions
        await service.save_rules(self.platform, expressions, draft, changed=programme_store.bump)


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """An empty shop that knows referrals, on embedded engines that end with it."""
    async with open_till() as till:
        engine = applying(till.programmes)
        platform = replace(till.platform, referring=Following(), apply_at_once=engine)
        registering = Registering(platform, Digests(_SECRET))
        letterbox = _Letterbox()

        def door(welcome: Welcome) -> SignIn:
            sessions = Sessions(till.database, Tokens(till.database), platform.pubsub)
            return SignIn(till.database, sessions, letterbox, secret=_SECRET, welcome=welcome)

        asking, plain = door(registering.welcome), door(come_alone)
        yield Door(platform, till, registering, asking, plain, letterbox)
