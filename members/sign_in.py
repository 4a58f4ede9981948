"""Signing in by a code sent to an e-mail address or a phone."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeAlias
from uuid import UUID

from domain.activity import Activity
from domain.errors import Expired, Invalid, Refused, TooManyAttempts
from domain.members import AccountName, check_referral_code, is_referral_code
from infra.database import Database, Transaction
from infra.i18n import Locale
from members import code_store, store
from members.accounts import parse_account
from members.code_store import Try
from members.enrolment import Enrolled, enrol, record_joining
from members.sessions import Opened, Session, Sessions

CODE_LIFETIME: Final = timedelta(minutes=10)
_DIGITS: Final = 6
_SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class Came:
    """How somebody comes to sign in, as far as it is known.

    `network` is where from, `device` what their app calls itself; `invite` is the referral code of
    the first link that was opened on this device.
    """

    network: str | None = None
    device: str | None = None
    invite: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who signs in, within the transaction that lets them.

    `is_new` members are made by it; `is_first` says that the account was never proved before.
    `codes` are referral codes, the first touch first.
    """

    member_id: UUID
    account: AccountName
    is_new: bool
    is_first: bool
    codes: tuple[str, ...]
    network: str | None
    device: str | None
    now: datetime


Welcome: TypeAlias = Callable[[Transaction, Arrival], Awaitable[Sequence[Activity]]]
"""Takes note of an arrival in its transaction; what is to be recorded with it."""


async def come_alone(_tx: Transaction, _arrival: Arrival) -> Sequence[Activity]:
    """Where nobody asks who brought whom."""
    return ()


_NOWHERE: Final = Came()


class CodeSender(Protocol):
    """Brings a code to the owner of an account. It may fail; the person then asks again."""

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    session: Session
    is_new: bool


class SignIn:
    """Sends codes and turns right ones into sessions.

    `secret` keys the hashes of the codes: whoever reads the database alone can guess none.
    `welcome` hears of everybody who comes.
    """

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        sender: CodeSender,
        *,
        secret: bytes,
        welcome: Welcome = come_alone,
    ) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError("the secret of the sign-in codes is too short")
        self._database = database
        self._sessions = sessions
        self._sender = sender
        self._secret = secret
        self._welcomed = welcome

    async def request_code(self, account: str, locale: Locale, *, now: datetime) -> None:
        """Sends a code that replaces any earlier one, whether or not anybody has the account.

        Raises: Invalid, TooManyAttempts.
        """
        name = parse_account(account)
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        accepted = await code_store.replace_code(
            self._database,
            name.value,
            self._digest(name, code),
            now=now,
            expires_at=now + CODE_LIFETIME,
        )
        if not accepted:
            raise TooManyAttempts("sign_in.too_many_codes", field=("account",))
        await self._sender.send_code(name, code, locale)

    async def sign_in(
        self,
        account: str,
        code: str,
        *,
        now: datetime,
        referral_code: str | None = None,
        came: Came = _NOWHERE,
    ) -> SignedIn:
        """Opens a session for who knows the code, and makes them a member when they are new.

        Who invited is written down with it, so that no crash can lose that: the first touch, which
        is the link that was opened first, else the code that is given now.

        Raises: Invalid, Expired, TooManyAttempts.
        """
        name = parse_account(account)
        codes = _codes(came.invite, referral_code)

        async def work(tx: Transaction) -> tuple[Try, Opened | None, bool]:
            verdict = await code_store.try_code(tx, name.value, self._digest(name, code), now)
            if verdict is not Try.RIGHT:
                return verdict, None, False
            enrolled = await self._welcome(tx, name, now, codes=codes, came=came)
            return verdict, await self._sessions.open(tx, enrolled.member_id), enrolled.is_new

        # The wrong try is committed before it is refused: it must count.
        verdict, opened, is_new = await self._database.in_transaction(work)
        if opened is None:
            raise _refusal(verdict)
        return SignedIn(await self._sessions.grant(opened), is_new)

    async def _welcome(
        self,
        tx: Transaction,
        name: AccountName,
        now: datetime,
        *,
        codes: tuple[str, ...],
        came: Came,
    ) -> Enrolled:
        """The member of a proven account. Who has it as customer number is the same person."""
        [enrolled] = await enrol(tx, [name.value], now)
        is_first = await store.verify_account(tx, name, enrolled.member_id, now)
        arrival = Arrival(
            member_id=enrolled.member_id,
            account=name,
            is_new=enrolled.is_new,
            is_first=is_first,
            codes=codes,
            network=came.network,
            device=came.device,
            now=now,
        )
        told = await self._welcomed(tx, arrival)
        await record_joining(tx, [enrolled], now, _joining_attributes(codes), beside=told)
        return enrolled

    def _digest(self, name: AccountName, code: str) -> str:
        said = f"{name.value}\0{code.strip()}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, said, "sha256").hex()


def _codes(invite: str | None, given: str | None) -> tuple[str, ...]:
    """The first touch first. A code that is given is checked, one that was kept may be anything."""
    if given:
        check_referral_code(given)
    touched = (one for one in (invite, given) if one and is_referral_code(one))
    return tuple(dict.fromkeys(touched))


def _joining_attributes(codes: tuple[str, ...]) -> Mapping[str, Any]:
    return {"referralCode": codes[0]} if codes else {}


def _refusal(verdict: Try) -> Refused:
    field = ("code",)
    if verdict is Try.BURNT:
        return TooManyAttempts("sign_in.code_burnt", field=field)
    if verdict is Try.EXPIRED:
        return Expired("sign_in.code_expired", field=field)
    return Invalid("sign_in.code_wrong", field=field)


async def forget_old_codes(database: Database, *, now: datetime) -> None:
    """Deletes codes that ended so long ago that no limit counts them."""
    await code_store.forget_codes(database, now)
