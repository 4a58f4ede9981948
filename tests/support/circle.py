"""A shop whose members bring their friends, over the real engine and the real sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from community.referrals import confirming, deciding, registering, store
from community.referrals.deciding import Ruling
from community.referrals.digests import Digests
from community.referrals.following import Following
from community.referrals.registering import Registering
from community.referrals.store import ReferralRow
from domain.bundles import Bundle
from domain.members import AccountName
from domain.referrals import RulesDraft
from domain.referrals.traits import Trait
from gamification.engine.consumer import Consumer
from gamification.programme import store as programme_store
from gamification.referrals import service
from gamification.referrals.store import RulesRow
from infra.i18n import Locale
from infra.ids import new_id
from members import store as members_store
from members.sessions import Sessions
from members.sign_in import Came, SignIn
from members.tokens import Tokens
from tests.support.shop import Shop

SECRET = b"a secret of thirty-two characters"
STAFF = UUID(int=99)
FOLLOWING = Following()


@dataclass
class _Letterbox:
    codes: dict[str, str] = field(default_factory=dict[str, str])

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None:  # noqa: ARG002
        self.codes[account.value] = code


@dataclass
class Circle(Shop):
    """Members are named by their customer numbers, or the accounts that they sign up with."""

    letterbox: _Letterbox = field(default_factory=_Letterbox)

    @property
    def registering(self) -> Registering:
        return registering.Registering(self.platform, Digests(SECRET))

    async def promise(self, **more: Any) -> RulesRow:  # noqa: ANN401
        """10 points for the referrer and 5 for the referee, at once, for an order; unless told
        otherwise.
        """
        said: dict[str, Any] = {
            "trigger": "order.paid",
            "condition": None,
            "referrer_reward": Bundle(10),
            "referee_reward": Bundle(5),
        }
        return await service.save_rules(
            self.platform,
            self.programmes.expressions,
            RulesDraft(**(said | more)),
            changed=programme_store.bump,
        )

    async def code(self, ref: str) -> str:
        member = await self.member(ref)
        return (await members_store.profiles(self.platform.database, [member]))[member].handle

    async def sign_up(
        self, account: str, by: str | None = None, *, came: Came | None = None
    ) -> UUID:
        """Signs in with the code of whoever brought them."""
        platform = self.platform
        sessions = Sessions(platform.database, Tokens(platform.database), platform.pubsub)
        door = SignIn(
            platform.database,
            sessions,
            self.letterbox,
            secret=SECRET,
            welcome=self.registering.welcome,
        )
        now = await platform.clock.now()
        await door.request_code(account, Locale.EN, now=now)
        [code] = self.letterbox.codes.values()
        self.letterbox.codes.clear()
        given = None if by is None else await self.code(by)
        signed = await door.sign_in(
            account, code, now=now, referral_code=given, came=came or Came()
        )
        return signed.session.member_id

    async def claim(self, who: str, by: str, **more: Any) -> ReferralRow:  # noqa: ANN401
        return await self.registering.claim(await self.member(who), await self.code(by), **more)

    async def seen(self, who: str, *traits: Trait) -> None:
        await self.registering.note(await self.member(who), traits)

    async def referral(self, who: str) -> ReferralRow:
        """The one by which they came."""
        found = await store.of_referee(self.platform.database, await self.member(who))
        assert found is not None
        return found

    async def state(self, who: str) -> tuple[str, str | None]:
        found = await self.referral(who)
        return found.state, found.refusal

    async def order(self, who: str, total: str = "100", name: str | None = None) -> str:
        """Pays an order; its reference."""
        self.now = await self.platform.clock.now()
        name = name or f"O-{new_id()}"
        await self.tell(self.paid(name, total, who))
        return name

    async def confirm(self) -> None:
        """Lets the jobs do what is due, and the log's consumer catch up."""
        while await confirming.confirm_next(self.platform):
            pass
        await self.catch_up()

    async def catch_up(self) -> None:
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        while await self.waiting():
            await consumer.run_once()
        await consumer.stop()

    async def decide(self, who: str, *, allow: bool, by: UUID = STAFF) -> ReferralRow:
        found = await self.referral(who)
        return await deciding.decide(self.platform, Ruling(by, found.id, allow))

    async def log(self, type_: str) -> list[UUID]:
        """Of whom the log tells this, in order."""
        rows = await self.platform.database.fetch(
            "SELECT member_id FROM activity WHERE type = $1 ORDER BY sequence", type_
        )
        return [row["member_id"] for row in rows]
