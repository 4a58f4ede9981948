"""The queue as moderators work through it."""

from __future__ import annotations

from typing import Any

from domain.members import Role
from infra.i18n import Locale
from tests.support.clients import Clients
from tests.support.moderators import Moderators

MODERATOR = Role.MODERATOR
ITEM = """id state origin priority dueAt claimedBy { handle } claimedUntil
  subject { __typename ... on Post { id text state } }
  signals { key label weight detail } reports { reason reporter { handle } }
  decision { action policy policyName policyVersion revision moderator { handle } appeal { text } }
  history { action } appealText"""
QUEUE = (
    "query ($state: ReviewState, $origin: ReviewOrigin, $first: Int, $after: String) {"
    " reviewQueue(state: $state, origin: $origin, first: $first, after: $after) {"
    f" totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {ITEM} }} }} }}"
)
CLAIM = (
    "mutation ($count: Int) { claimReviews(input: {count: $count}) {"
    f" reviews {{ {ITEM} }} userErrors {{ code field }} }} }}"
)
DECIDE = (
    "mutation ($input: DecideReviewInput!) { decideReview(input: $input) {"
    f" review {{ {ITEM} }} userErrors {{ code field }} }} }}"
)
DECIDE_ALL = (
    "mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) {"
    " reviews { id decision { id } } userErrors { code field } } }"
)
UNDO_ALL = (
    "mutation ($input: DecisionRefsInput!) { undoDecisions(input: $input) {"
    " reviews { id state } userErrors { code field } } }"
)
REFS = {
    "releaseReview": "mutation ($id: ID!) { releaseReview(input: {reviewId: $id}) {"
    " review { state } userErrors { code field } } }",
    "undoDecision": "mutation ($id: ID!) { undoDecision(input: {decisionId: $id}) {"
    " review { state claimedBy { handle } } userErrors { code field } } }",
}
APPEAL = (
    "mutation ($id: ID!, $text: String!) { appeal(input: {decisionId: $id, text: $text}) {"
    " appeal { id state text decision { id action } } userErrors { code field } } }"
)


async def claim(clients: Clients, who: str = "M-1", count: int = 1) -> list[Any]:
    answer = await clients.ask(CLAIM, who, MODERATOR, count=count)
    assert answer["claimReviews"]["userErrors"] == []
    return list(answer["claimReviews"]["reviews"])


async def decide(clients: Clients, item: str, action: str, who: str = "M-1", **more: object) -> Any:  # noqa: ANN401
    wanted = {"reviewId": item, "action": action, **more}
    return (await clients.ask(DECIDE, who, MODERATOR, input=wanted))["decideReview"]


async def queue(clients: Clients, **asked: Any) -> Any:  # noqa: ANN401
    return (await clients.ask(QUEUE, "M-1", MODERATOR, **asked))["reviewQueue"]


async def test_signals_explain_the_priority(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write(), ("new_author", 1.0), ("links", 2.5))
    [item] = (await queue(clients))["nodes"]
    assert {one["key"] for one in item["signals"]} == {"new_author", "links", "waiting"}
    assert abs(sum(one["weight"] for one in item["signals"]) - item["priority"]) < 1e-6


async def test_a_signal_is_named_in_the_readers_language(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.write(), ("new_author", 50.0))
    answer = await clients.ask(QUEUE, "M-1", MODERATOR, locale=Locale.ZH_CN)
    assert answer["reviewQueue"]["nodes"][0]["signals"][0]["label"] == "新作者"


async def test_the_queue_is_walked_page_by_page_in_order(
    clients: Clients, office: Moderators
) -> None:
    for weight in (3.0, 9.0, 1.0, 7.0):
        await office.put(await office.write(), ("words", weight))
    seen: list[float] = []
    after = None
    while True:
        page = await queue(clients, first=3, after=after)
        seen += [one["signals"][-1]["weight"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert (page["totalCount"], seen) == (4, [9.0, 7.0, 3.0, 1.0])


async def test_what_is_claimed_leaves_the_open_list(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    assert (item["state"], item["claimedBy"]["handle"]) != (None, None)
    assert (await queue(clients))["nodes"] == []
    assert [one["id"] for one in (await queue(clients, state="CLAIMED"))["nodes"]] == [item["id"]]


async def test_a_lease_ends_by_itself_and_goes_to_the_next(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    assert await claim(clients, "M-2") == []
    await office.let_pass(minutes=11)
    assert [one["id"] for one in await claim(clients, "M-2")] == [item["id"]]


async def test_reading_begins_the_lease_anew(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    for _ in range(3):
        await office.let_pass(minutes=6)
        await clients.ask(
            "query ($id: ID!) { node(id: $id) { id } }", "M-1", MODERATOR, id=item["id"]
        )
    assert await claim(clients, "M-2") == []


async def test_somebody_elses_reading_does_not(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    await office.let_pass(minutes=6)
    await clients.ask("query ($id: ID!) { node(id: $id) { id } }", "M-2", MODERATOR, id=item["id"])
    await office.let_pass(minutes=6)
    assert len(await claim(clients, "M-2")) == 1


async def test_decided_with_policy_and_revision(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    payload = await decide(clients, item["id"], "REJECT", policy="spam", note="广告")
    assert payload["userErrors"] == []
    review = payload["review"]
    assert (review["state"], review["subject"]["state"]) == ("DECIDED", "REJECTED")
    decision = review["decision"]
    assert (decision["policy"], decision["policyVersion"], decision["revision"]) == ("spam", 1, 1)
    assert [one["id"] for one in (await queue(clients, state="DECIDED"))["nodes"]] == [item["id"]]


async def test_an_edit_after_the_look_is_a_conflict(clients: Clients, office: Moderators) -> None:
    post = await office.write()
    await office.put(post)
    [item] = await claim(clients)
    await office.edit(post, text="新的")
    refused = await decide(clients, item["id"], "APPROVE")
    assert refused["userErrors"] == [{"code": "CONFLICT", "field": ["revision"]}]
    await clients.ask("query ($id: ID!) { node(id: $id) { id } }", "M-1", MODERATOR, id=item["id"])
    assert (await decide(clients, item["id"], "APPROVE"))["userErrors"] == []


async def test_released_items_are_open_again(clients: Clients, office: Moderators) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    refused = await clients.ask(REFS["releaseReview"], "M-2", MODERATOR, id=item["id"])
    assert refused["releaseReview"]["userErrors"][0]["code"] == "CONFLICT"
    for _ in range(2):
        done = await clients.ask(REFS["releaseReview"], "M-1", MODERATOR, id=item["id"])
        assert done["releaseReview"] == {"review": {"state": "OPEN"}, "userErrors": []}


async def test_a_selection_is_decided_and_undone_each_for_itself(
    clients: Clients, office: Moderators
) -> None:
    await office.rule("post", "20", trigger="post.published")
    posts = [await office.write() for _ in range(3)]
    for post in posts:
        await office.put(post)
    ids = [one["id"] for one in await claim(clients, count=50)]
    await office.edit(posts[1], text="新的")
    wanted = {"reviewIds": ids, "action": "APPROVE"}
    done = (await clients.ask(DECIDE_ALL, "M-1", MODERATOR, input=wanted))["decideReviews"]
    assert len(done["reviews"]) == 2
    assert [one["code"] for one in done["userErrors"]] == ["CONFLICT"]
    assert await office.points() == (40, 20)
    undo = {"decisionIds": [one["decision"]["id"] for one in done["reviews"]]}
    back = (await clients.ask(UNDO_ALL, "M-1", MODERATOR, input=undo))["undoDecisions"]
    assert ([one["state"] for one in back["reviews"]], back["userErrors"]) == (["CLAIMED"] * 2, [])
    assert await office.points() == (0, 60)


async def test_an_appeal_is_answered_by_somebody_who_does_not_see_the_first_decision(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    decided = await decide(clients, item["id"], "REJECT", policy="spam")
    assert decided["review"]["decision"]["appeal"] is None
    key = await clients.ask(
        "query ($id: ID!) { node(id: $id) { ... on ReviewItem { decision { id } } } }",
        "M-1",
        MODERATOR,
        id=item["id"],
    )
    decision = key["node"]["decision"]["id"]
    made = (await clients.ask(APPEAL, "C-1", id=decision, text="不是广告"))["appeal"]
    assert made["appeal"]["decision"]["action"] == "REJECT"
    assert await claim(clients, "M-1") == []
    seen = "query ($id: ID!) { node(id: $id) { id } }"
    hidden = await clients.ask(seen, "M-2", MODERATOR, id=decision)
    assert hidden["node"] is None
    [appeal] = await claim(clients, "M-2")
    assert (appeal["origin"], appeal["appealText"], appeal["history"]) == ("APPEAL", "不是广告", [])
    answer = await decide(clients, appeal["id"], "RESTORE", "M-2")
    assert answer["review"]["subject"]["state"] == "PUBLISHED"
    shown = await clients.ask(
        "query ($id: ID!) { node(id: $id) { ... on ModerationDecision { reversedAt"
        " appeal { state } } } }",
        "M-2",
        MODERATOR,
        id=decision,
    )
    assert shown["node"]["appeal"] == {"state": "OVERTURNED"}
    assert shown["node"]["reversedAt"] is not None


async def test_its_author_and_staff_see_why_a_post_was_rejected(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.write())
    [item] = await claim(clients)
    await decide(clients, item["id"], "REJECT", policy="spam", note="广告")
    look = "query ($id: ID!) { post(id: $id) { decision { action policy note } } }"
    expected = {"decision": {"action": "REJECT", "policy": "spam", "note": "广告"}}
    post = item["subject"]["id"]
    assert (await clients.ask(look, "C-1", id=post))["post"] == expected
    assert (await clients.ask(look, "M-2", MODERATOR, id=post))["post"] == expected
    assert (await clients.ask(look, "C-2", id=post))["post"] is None
