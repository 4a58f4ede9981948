"""Leaderboards as clients meet them."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from domain.members import Role
from gamification.leaderboards import closing, leagues, yesterday
from infra import credential_keys
from tests.support.arena import SPENT, TEAM, Arena, goal
from tests.support.proofs import verified

Shop = Any
SAVE = """mutation ($input: LeaderboardInput!) { saveLeaderboard(input: $input) {
  leaderboard { id key name unit period } userErrors { code field message } } }"""
BOARD: dict[str, Any] = {
    "key": "spent",
    "name": "Spent",
    "unit": "CNY",
    "period": "DAY",
    "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"},
}


async def save(shop: Shop, **changes: object) -> dict[str, Any]:
    answer = await shop.ask(SAVE, "designer", Role.ADMIN, input=BOARD | changes)
    saved: dict[str, Any] = answer["saveLeaderboard"]
    return saved


async def test_a_saved_board_is_listed_and_found_by_key_and_id(shop: Shop) -> None:
    saved = (await save(shop))["leaderboard"]
    found = await shop.ask(
        'query ($id: ID!) { leaderboards { id } leaderboard(key: "spent") { id }'
        " node(id: $id) { ... on Leaderboard { name period } } }",
        id=saved["id"],
    )
    assert found["leaderboards"] == [{"id": saved["id"]}] == [found["leaderboard"]]
    assert found["node"] == {"name": "Spent", "period": "DAY"}


async def test_a_refusal_is_told_at_its_field(shop: Shop) -> None:
    refused = await save(shop, metric=BOARD["metric"] | {"condition": "activity.nothing > 1"})
    assert refused["leaderboard"] is None
    assert refused["userErrors"][0]["field"] == ["metric", "condition"]


async def test_only_admins_save(shop: Shop) -> None:
    with pytest.raises(AssertionError, match=r"auth\.forbidden"):
        await shop.ask(SAVE, "ana", Role.MODERATOR, input=BOARD)


async def test_the_standing_of_everybody(shop: Shop) -> None:
    await save(shop)
    await shop.score(("ana", "19.90"), ("bo", "30"), ("cy", "12"))
    board = (
        await shop.ask(
            """query ($cy: ID!) { leaderboard(key: "spent") {
              size viewerGap me { rank score }
              top(first: 2) { rank score member { id } }
              around(radius: 1) { rank }
              other: around(memberId: $cy, radius: 0) { rank score }
              season { final top(first: 1) { rank } entry(memberId: $cy) { score } } } }""",
            "ana",
            cy=shop.id_of("cy"),
        )
    )["leaderboard"]
    assert board == {
        "size": 3,
        "viewerGap": 12,
        "me": {"rank": 2, "score": 19},
        "top": [
            {"rank": 1, "score": 30, "member": {"id": shop.id_of("bo")}},
            {"rank": 2, "score": 19, "member": {"id": shop.id_of("ana")}},
        ],
        "around": [{"rank": 1}, {"rank": 2}, {"rank": 3}],
        "other": [{"rank": 3, "score": 12}],
        "season": {"final": False, "top": [{"rank": 1}], "entry": {"score": 12}},
    }


async def test_visitors_see_boards_without_a_place_of_their_own(shop: Shop) -> None:
    await save(shop)
    await shop.score(("ana", "5"))
    board = (
        await shop.ask(
            '{ leaderboard(key: "spent") { top { rank } me { rank } viewerGap around { rank } } }'
        )
    )["leaderboard"]
    assert board == {"top": [{"rank": 1}], "me": None, "viewerGap": None, "around": None}


async def test_members_of_a_top_are_loaded_together(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from members import store

    asked: list[int] = []
    profiles = store.profiles

    async def counting(sql: Any, ids: Any) -> Any:  # noqa: ANN401
        asked.append(len(ids))
        return await profiles(sql, ids)

    monkeypatch.setattr(store, "profiles", counting)
    await save(shop)
    await shop.score(("ana", "5"), ("bo", "6"), ("cy", "7"))
    await shop.ask('{ leaderboard(key: "spent") { top { member { handle } } } }')
    assert asked == [3]


async def test_past_seasons_are_paged_newest_first_and_are_nodes(shop: Shop) -> None:
    await save(shop)
    for days in range(4):
        await shop.score(("ana", str(days + 1)), days_ago=days)
    page = """query ($after: String) { leaderboard(key: "spent") {
      pastSeasons(first: 2, after: $after) {
      nodes { id name final top { score } } pageInfo { hasNextPage endCursor } } } }"""
    first = (await shop.ask(page))["leaderboard"]["pastSeasons"]
    rest = (await shop.ask(page, after=first["pageInfo"]["endCursor"]))["leaderboard"][
        "pastSeasons"
    ]
    nodes = first["nodes"] + rest["nodes"]
    assert [node["top"] for node in nodes] == [[{"score": n}] for n in (2, 3, 4)]
    assert [first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]] == [True, False]
    again = "query ($id: ID!) { node(id: $id) { ... on LeaderboardSeason { name final } } }"
    for node in nodes:
        found = (await shop.ask(again, id=node["id"]))["node"]
        assert found == {"name": node["name"], "final": True}


async def test_subscribers_get_the_present_standing_and_then_changes(shop: Shop) -> None:
    await save(shop)
    await shop.score(("ana", "5"))
    query = """subscription { leaderboardChanged(key: "spent", first: 1) {
      leaderboard { size } top { score member { id } } me { rank } } }"""
    async with aclosing(shop.follow(query, "ana")) as events:
        first = (await anext(events))["leaderboardChanged"]
        await asyncio.sleep(0.1)  # until Redis has subscribed
        await shop.score(("bo", "9"))
        second = (await asyncio.wait_for(anext(events), 5))["leaderboardChanged"]
    assert (first["top"][0]["score"], first["me"]) == (5, {"rank": 1})
    assert second == {
        "leaderboard": {"size": 2},
        "top": [{"score": 9, "member": {"id": shop.id_of("bo")}}],
        "me": {"rank": 2},
    }


SHOW = """mutation ($shown: Boolean!) {
  setLeaderboardVisibility(input: {shown: $shown}) { shown userErrors { code } } }"""


async def test_who_is_not_shown_sees_their_own_place_alone(shop: Shop) -> None:
    await save(shop)
    await shop.score(("ana", "20"), ("bo", "30"), ("cy", "12"))
    await shop.ask(SHOW, "bo", shown=False)
    seen = """query ($bo: ID!) { leaderboard(key: "spent") { size me { rank score } viewerGap
      top { rank score } other: around(memberId: $bo) { rank }
      season { entry(memberId: $bo) { rank } } } }"""
    top = [{"rank": 1, "score": 20}, {"rank": 2, "score": 12}]
    nobody = {"size": 2, "top": top, "other": [], "season": {"entry": None}}
    bo = shop.id_of("bo")
    assert (await shop.ask(seen, "cy", bo=bo))["leaderboard"] == nobody | {
        "me": {"rank": 2, "score": 12},
        "viewerGap": 9,
    }
    assert (await shop.ask(seen, "bo", bo=bo))["leaderboard"] == nobody | {
        "me": {"rank": 1, "score": 30},
        "viewerGap": None,
    }


async def test_who_is_shown_again_is_back_where_they_belong(shop: Shop) -> None:
    await save(shop)
    await shop.ask(SHOW, "bo", shown=False)
    await shop.score(("ana", "20"), ("bo", "30"))
    await shop.ask(SHOW, "bo", shown=True)
    answer = await shop.ask(SHOW, "bo", shown=True)
    assert answer["setLeaderboardVisibility"] == {"shown": True, "userErrors": []}
    found = await shop.ask('{ leaderboard(key: "spent") { top { rank score } } }')
    assert found["leaderboard"]["top"] == [{"rank": 1, "score": 30}, {"rank": 2, "score": 20}]


async def test_prizes_league_and_grace_are_told_as_they_were_saved(shop: Shop) -> None:
    prizes = [{"fromRank": 1, "toRank": 3, "points": 50}]
    league = {"cohortSize": 5, "promoted": 1, "demoted": 1, "divisions": 3}
    saved = await save(shop, graceHours=0, prizes=prizes, league=league)
    assert saved["userErrors"] == []
    found = await shop.ask(
        """{ leaderboard(key: "spent") { graceHours prizes { fromRank toRank points couponKey }
          league { cohortSize promoted demoted divisions } } }"""
    )
    assert found["leaderboard"] == {
        "graceHours": 0,
        "prizes": [prizes[0] | {"couponKey": None}],
        "league": league,
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prizes": [{"fromRank": 1, "toRank": 0, "points": 1}]}, ["prizes", "0", "toRank"]),
        ({"prizes": [{"fromRank": 1, "toRank": 1}]}, ["prizes", "0"]),
        (
            {"prizes": [{"fromRank": 1, "toRank": 1, "couponKey": "x"}]},
            ["prizes", "0", "couponKey"],
        ),
        (
            {"prizes": [{"fromRank": 1, "toRank": 1, "badgeKey": "nothing"}]},
            ["prizes", "0", "badgeKey"],
        ),
        ({"graceHours": 721}, ["graceHours"]),
        ({"league": {}}, ["graceHours"]),
        ({"league": {"promoted": 31}, "graceHours": 0}, ["league", "promoted"]),
        ({"period": "ALL_TIME", "prizes": [{"fromRank": 1, "toRank": 1, "points": 1}]}, ["prizes"]),
    ],
)
async def test_what_a_closing_could_not_do_is_refused(
    shop: Shop, changes: dict[str, Any], field: list[str]
) -> None:
    assert (await save(shop, **changes))["userErrors"][0]["field"] == field


async def test_the_viewers_cohort_is_ranked_within_itself(shop: Shop) -> None:
    league = {"cohortSize": 2, "promoted": 1, "demoted": 1}
    await save(shop, graceHours=0, league=league)
    for scores in (("ana", "20"), ("bo", "30"), ("cy", "12")):
        await shop.score(scores)
    await leagues.place_next(shop.platform)
    seen = """{ leaderboard(key: "spent") { viewerCohort {
      division promoted entries { rank score } } } }"""
    ana, cy = [(await shop.ask(seen, who))["leaderboard"]["viewerCohort"] for who in ("ana", "cy")]
    entries = [{"rank": 1, "score": 30}, {"rank": 2, "score": 20}]
    assert ana == {"division": 1, "promoted": 1, "entries": entries}
    assert cy["entries"] == [{"rank": 1, "score": 12}]


async def test_entries_tell_how_they_moved_since_the_day_began(shop: Shop) -> None:
    await save(shop, period="ALL_TIME")
    zone = (await shop.programmes.current(shop.platform.database)).settings.zone
    await shop.score(("ana", "20"), ("bo", "30"))
    await shop.platform.clock.advance(timedelta(days=1))
    assert await yesterday.keep_ranks(shop.platform, zone) == 1
    assert await yesterday.keep_ranks(shop.platform, zone) == 0
    await shop.score(("ana", "15"), ("cy", "9"))
    query = '{ leaderboard(key: "spent") { top { score rankChange } me { rankChange } } }'
    found = (await shop.ask(query, "bo"))["leaderboard"]
    assert [entry["rankChange"] for entry in found["top"]] == [1, -1, None]
    assert found["me"] == {"rankChange": -1}
    await shop.platform.clock.advance(timedelta(days=1))
    found = (await shop.ask(query, "bo"))["leaderboard"]
    assert found["me"] == {"rankChange": None}, "the new day's ranks are not written down yet"
    assert await yesterday.keep_ranks(shop.platform, zone) == 1
    found = (await shop.ask(query, "bo"))["leaderboard"]
    assert [entry["rankChange"] for entry in found["top"]] == [0, 0, 0]
    assert await shop.platform.database.fetchval("SELECT count(*) FROM standing_day_rank") == 3


@pytest.mark.unreplayed("scores are written without activities")
async def test_a_closed_season_is_signed_for_everybody(shop: Shop) -> None:
    await save(shop, graceHours=0)
    await shop.score(("ana", "5"), ("bo", "9"))
    page = """{ leaderboard(key: "spent") { season { signature } pastSeasons {
      nodes { closedAt seal signature top { score } } } } }"""
    assert (await shop.ask(page))["leaderboard"]["season"]["signature"] is None
    await shop.platform.database.execute("UPDATE leaderboard SET complete = true")
    await shop.platform.clock.advance(timedelta(days=1))
    while await closing.close_next(shop.platform):
        pass
    [season] = (await shop.ask(page))["leaderboard"]["pastSeasons"]["nodes"]
    keys = await credential_keys.published(shop.platform.database)
    said = verified(season["signature"], keys)
    assert (said["board"], said["size"], said["seal"]) == ("spent", 2, season["seal"])


TEAMS: dict[str, Any] = {
    "key": "teams",
    "name": "Teams",
    "unit": "CNY",
    "period": "SEASON",
    "teamsOf": "spring",
    "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"},
}


async def test_teams_are_shown_with_their_captain_and_members(shop: Shop) -> None:
    arena = Arena(shop.platform, shop.programmes)
    await arena.challenge("spring", goal(SPENT, 900), mode=TEAM)
    code = await arena.make_team("ana", name="红队")
    await arena.join_team("bo", code)
    await arena.make_team("cy", name="蓝队")
    await arena.tell(arena.paid("A", "20", "bo"), arena.paid("B", "30", "cy"))
    saved = await shop.ask(SAVE, "designer", Role.ADMIN, input=TEAMS)
    assert saved["saveLeaderboard"]["userErrors"] == []
    asked = """query ($ana: ID!) { leaderboard(key: "teams") { ofTeams viewerGap
      top { rank score member { id } team { name size members { id } } }
      me { rank team { name } }
      around(memberId: $ana, radius: 0) { team { id name } }
      season { entry(memberId: $ana) { score } top { team { name } } } } }"""
    board = (await shop.ask(asked, "bo", ana=shop.id_of("ana")))["leaderboard"]
    assert (board["ofTeams"], board["viewerGap"]) == (True, 11)
    ana, bo, cy = (shop.id_of(ref) for ref in ("ana", "bo", "cy"))
    assert board["top"] == [
        {"rank": 1, "score": 30, "member": {"id": cy},
         "team": {"name": "蓝队", "size": 1, "members": [{"id": cy}]}},
        {"rank": 2, "score": 20, "member": {"id": ana},
         "team": {"name": "红队", "size": 2, "members": [{"id": ana}, {"id": bo}]}},
    ]  # fmt: skip
    assert board["me"] == {"rank": 2, "team": {"name": "红队"}}
    assert [one["team"]["name"] for one in board["around"]] == ["红队"]
    assert board["season"]["entry"] == {"score": 20}
    assert [one["team"]["name"] for one in board["season"]["top"]] == ["蓝队", "红队"]


async def test_who_is_in_no_team_has_no_place_among_teams(shop: Shop) -> None:
    arena = Arena(shop.platform, shop.programmes)
    await arena.challenge("spring", goal(SPENT, 900), mode=TEAM)
    await shop.ask(SAVE, "designer", Role.ADMIN, input=TEAMS)
    asked = (
        '{ leaderboard(key: "teams") { me { rank } viewerGap around { rank } following { rank } } }'
    )
    board = (await shop.ask(asked, "ana"))["leaderboard"]
    assert board == {"me": None, "viewerGap": None, "around": [], "following": []}
