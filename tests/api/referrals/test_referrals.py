"""Referrals as clients meet them."""

from typing import Any

import pytest

from domain.errors import Forbidden, Unauthenticated
from domain.members import Role
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from members.sign_in import Came
from tests.support.circle import Circle
from tests.support.clients import Clients

BO = "bo@example.com"
CLAIM = (
    "mutation ($code: String!) { claimReferral(input: {code: $code})"
    " { referral { state referrer { handle } } userErrors { code field message } } }"
)
MINE = "{ me { referral { code link invited converted pointsEarned %s } } }"
RULES = (
    "mutation ($i: ReferralRulesInput!) { saveReferralRules(input: $i) { rules { version trigger"
    " condition confirmDays monthlyCap referrerReward { points } }"
    " userErrors { code field message } } }"
)
DECIDE = (
    "mutation ($i: DecideReferralInput!) { decideReferral(input: $i)"
    " { referral { state refusal } userErrors { code field message } } }"
)
NOTE = (
    "mutation ($i: NoteReferralTraitsInput!) { noteReferralTraits(input: $i)"
    " { member { handle } userErrors { code field message } } }"
)


async def rewarded(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    await circle.confirm()


async def told(circle: Circle) -> str:
    return encode_id(Kind.REFERRAL, (await circle.referral(BO)).id)


async def test_a_member_sees_how_their_invitations_fare(clients: Clients, circle: Circle) -> None:
    await rewarded(circle)
    await circle.sign_up("cy@example.com", "ana")
    list_ = "referrals(first: 1) { totalCount pageInfo { hasNextPage } nodes { state } }"
    mine = (await clients.ask(MINE % list_, "ana"))["me"]["referral"]
    code = await circle.code("ana")
    assert mine == {
        "code": code,
        "link": f"http://127.0.0.1:8000/i/{code}",
        "invited": 2,
        "converted": 1,
        "pointsEarned": 10,
        "referrals": {
            "totalCount": 2,
            "pageInfo": {"hasNextPage": True},
            "nodes": [{"state": "REGISTERED"}],
        },
    }


async def test_pages_of_invitations_hang_together(clients: Clients, circle: Circle) -> None:
    for n in range(3):
        await circle.sign_up(f"friend-{n}@example.com", "ana")
    query = (
        "query ($after: String) { me { referral { referrals(first: 2, after: $after)"
        " { pageInfo { endCursor } nodes { referee { handle } } } } } }"
    )
    seen: list[str] = []
    after = None
    for _ in range(2):
        page = (await clients.ask(query, "ana", after=after))["me"]["referral"]["referrals"]
        seen += [one["referee"]["handle"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    wanted = [await circle.code(f"friend-{n}@example.com") for n in (2, 1, 0)]
    assert seen == wanted


async def test_a_claim_names_who_invited(clients: Clients, circle: Circle) -> None:
    await circle.sign_up(BO)
    code = await circle.code("ana")
    done = (await clients.ask(CLAIM, BO, code=code.upper()))["claimReferral"]
    assert done["referral"] == {"state": "REGISTERED", "referrer": {"handle": code}}
    again = (await clients.ask(CLAIM, BO, code=code))["claimReferral"]
    assert [one["code"] for one in again["userErrors"]] == ["ALREADY_DONE"]


@pytest.mark.parametrize("locale", Locale)
async def test_what_cannot_be_claimed_is_said_kindly(
    clients: Clients, circle: Circle, locale: Locale
) -> None:
    await circle.sign_up(BO)
    await circle.sign_up("cy@example.com", BO)
    codes = [await circle.code(who) for who in (BO, "cy@example.com")]
    asked = ["nobody-7k2mq", "no code!", *codes]
    said: list[tuple[str, str]] = []
    for code in asked:
        done = (await clients.ask(CLAIM, BO, code=code, locale=locale))["claimReferral"]
        [error] = done["userErrors"]
        assert (done["referral"], error["field"]) == (None, ["code"])
        said.append((error["code"], error["message"]))
    assert [code for code, _ in said] == ["NOT_FOUND", "INVALID", "NOT_ALLOWED", "NOT_ALLOWED"]
    assert len({message for _, message in said}) == len(asked)
    await circle.sign_up("di@example.com")
    code = await circle.code("di@example.com")
    [error] = (await clients.ask(CLAIM, "ana", code=code))["claimReferral"]["userErrors"]
    assert error["code"] == "NOT_ELIGIBLE"


async def test_who_sees_a_referral(clients: Clients, circle: Circle) -> None:
    await circle.sign_up("cy@example.com", came=Came(device="phone"))
    await circle.sign_up(BO, "cy@example.com", came=Came(device="phone"))
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Referral"
        " { state held cleared explanation signals { key weight seen } } } }"
    )
    id_ = await told(circle)
    own = {"state": "REGISTERED", "held": True, "cleared": None, "signals": None}
    own["explanation"] = "We are having a look at this invitation, and will be done soon."
    for who in (BO, "cy@example.com"):
        assert (await clients.ask(query, who, id=id_))["node"] == own
    signals = [{"key": "DEVICE_OF_REFERRER", "weight": 60, "seen": 1}]
    seen = (await clients.ask(query, None, Role.MODERATOR, id=id_))["node"]
    assert seen == own | {"cleared": False, "signals": signals}
    for who in ("ana", None):
        assert (await clients.ask(query, who, id=id_))["node"] is None


async def test_invitations_are_private(clients: Clients, circle: Circle) -> None:
    await rewarded(circle)
    query = "query ($h: String!) { member(handle: $h) { referral { code } referredBy { state } } }"
    handle = await circle.code(BO)
    assert (await clients.ask(query, "ana", h=handle))["member"] == {
        "referral": None,
        "referredBy": None,
    }
    own = (await clients.ask(query, BO, h=handle))["member"]
    assert own == {"referral": {"code": handle}, "referredBy": {"state": "REWARDED"}}


async def test_terms_are_saved_by_admins_and_read_by_all(clients: Clients) -> None:
    terms = {
        "trigger": "order.paid",
        "condition": "activity.attributes.total >= 50.0",
        "referrerReward": {"points": 200},
        "refereeReward": {"points": 100},
        "confirmDays": 7,
        "monthlyCap": 5,
    }
    saved = (await clients.ask(RULES, None, Role.ADMIN, i=terms))["saveReferralRules"]
    query = "{ referralRules { version trigger condition confirmDays monthlyCap"
    query += " referrerReward { points } } }"
    expected = {name: terms[name] for name in terms if not name.endswith("Reward")}
    expected |= {"version": 2, "referrerReward": {"points": 200}}
    assert saved["rules"] == expected == (await clients.ask(query))["referralRules"]
    assert await clients.raised(RULES, "ana", Role.MODERATOR, i=terms) == [Forbidden]
    wrong = terms | {"condition": "activity."}
    [error] = (await clients.ask(RULES, None, Role.ADMIN, i=wrong))["saveReferralRules"][
        "userErrors"
    ]
    assert (error["code"], error["field"]) == ("INVALID", ["condition"])


async def test_terms_without_numbers_have_those_of_the_contract(clients: Clients) -> None:
    nothing = {"confirmDays": None, "monthlyCap": None}
    terms: dict[str, Any] = {"trigger": "order.paid", "referrerReward": {"points": 1}}
    terms |= {"refereeReward": {}} | nothing
    saved = (await clients.ask(RULES, None, Role.ADMIN, i=terms))["saveReferralRules"]["rules"]
    assert (saved["confirmDays"], saved["monthlyCap"]) == (0, 30)


async def test_staff_decide(clients: Clients, circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    given = {"referralId": await told(circle), "allow": False, "note": "a farm"}
    done = (await clients.ask(DECIDE, None, Role.ADMIN, i=given))["decideReferral"]
    assert done["referral"] == {"state": "REFUSED", "refusal": "BY_STAFF"}
    [error] = (await clients.ask(DECIDE, None, Role.ADMIN, i=given))["decideReferral"]["userErrors"]
    assert error["code"] == "ALREADY_DONE"
    assert await clients.raised(DECIDE, "ana", Role.MODERATOR, i=given) == [Forbidden]
    stranger = given | {
        "referralId": encode_id(Kind.REFERRAL, (await circle.referral(BO)).referee_id)
    }
    [error] = (await clients.ask(DECIDE, None, Role.ADMIN, i=stranger))["decideReferral"][
        "userErrors"
    ]
    assert error["code"] == "NOT_FOUND"


async def test_staff_see_what_waits_and_how_it_goes(clients: Clients, circle: Circle) -> None:
    await rewarded(circle)
    await circle.sign_up("cy@example.com", came=Came(device="phone"))
    await circle.sign_up("di@example.com", "cy@example.com", came=Came(device="phone"))
    held = "{ heldReferrals { totalCount nodes { signals { key } } } }"
    waiting = (await clients.ask(held, None, Role.MODERATOR))["heldReferrals"]
    assert waiting == {
        "totalCount": 1,
        "nodes": [{"signals": [{"key": "DEVICE_OF_REFERRER"}]}],
    }
    stats = "{ referralStats(days: 7) { registered qualified rewarded refused held points"
    stats += " signals { key count } refusals { key count } } }"
    assert (await clients.ask(stats, None, Role.ADMIN))["referralStats"] == {
        "registered": 1,
        "qualified": 0,
        "rewarded": 1,
        "refused": 0,
        "held": 1,
        "points": 15,
        "signals": [{"key": "DEVICE_OF_REFERRER", "count": 1}],
        "refusals": [],
    }
    for query in (held, stats):
        assert await clients.raised(query, None) == [Unauthenticated]
        assert await clients.raised(query, "ana") == [Forbidden]


async def test_the_shop_hands_in_what_it_has_seen(clients: Clients, circle: Circle) -> None:
    member = encode_id(Kind.MEMBER, await circle.member("ana"))
    given = {"memberId": member, "traits": [{"kind": "PAYMENT", "value": "card-1"}]}
    done = (await clients.ask(NOTE, None, Role.SERVICE, i=given))["noteReferralTraits"]
    assert done["userErrors"] == []
    assert await circle.count("referral_trait") == 1
    blank = given | {"traits": [{"kind": "PAYMENT", "value": "  "}]}
    many = given | {"traits": given["traits"] * 21}
    unknown = given | {"memberId": "nobody"}
    for wrong, code in ((blank, "INVALID"), (many, "LIMIT_REACHED"), (unknown, "NOT_FOUND")):
        said = (await clients.ask(NOTE, None, Role.SERVICE, i=wrong))["noteReferralTraits"]
        assert [one["code"] for one in said["userErrors"]] == [code]
    assert await clients.raised(NOTE, "ana", i=given) == [Forbidden]


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        (Locale.EN, f"Your reward for bringing {BO} is here"),
        (Locale.ZH_CN, f"邀请 {BO} 的奖励已到账"),
        (Locale.ZH_TW, f"邀請 {BO} 的獎勵已入帳"),
    ],
    ids=["en", "zh-CN", "zh-TW"],
)
async def test_both_are_told(clients: Clients, circle: Circle, locale: Locale, title: str) -> None:
    from messaging.notifications import telling

    await rewarded(circle)
    name = await circle.code(BO)
    while await telling.tell_next(circle.platform):
        pass
    query = "{ me { notifications { nodes { kind title body link subject { __typename } } } } }"
    got = (await clients.ask(query, "ana", locale=locale))["me"]["notifications"]["nodes"]
    assert {one["kind"] for one in got} == {"REFERRAL"}
    assert {one["link"] for one in got} == {"/invite"}
    assert {one["subject"]["__typename"] for one in got} == {"Referral"}
    assert title.replace(BO, name) in [one["title"] for one in got]
    theirs = (await clients.ask(query, BO, locale=locale))["me"]["notifications"]["nodes"]
    assert len(theirs) == 1


async def test_a_poster_is_drawn_once_and_anew_for_another_name(
    clients: Clients, circle: Circle
) -> None:
    query = MINE % "poster { url width height alt }"

    async def poster(locale: Locale) -> Any:  # noqa: ANN401
        return (await clients.ask(query, "ana", locale=locale))["me"]["referral"]["poster"]

    first, chinese = await poster(Locale.EN), await poster(Locale.ZH_CN)
    assert (first["width"], first["height"]) == (900, 1350)
    assert await poster(Locale.EN) == first != chinese
    assert await circle.count("image") == 2
    await circle.platform.database.execute("UPDATE member SET display_name = 'Ana'")
    assert (await poster(Locale.EN))["url"] != first["url"]
    assert await circle.count("image") == 2
