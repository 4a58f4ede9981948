"""Products as the shop's systems save them, and as members look at them."""

from __future__ import annotations

import pytest

from domain.members import Role
from tests.support.clients import Clients

SAVE = """mutation ($input: SaveProductsInput!) { saveProducts(input: $input) {
  saved userErrors { code field } } }"""
LIST = """query ($after: String) { products(first: 2, after: $after) { totalCount
  nodes { sku name category price { amount currency } } pageInfo { hasNextPage endCursor } } }"""


async def save(clients: Clients, *products: dict[str, object]) -> object:
    found = await clients.ask(SAVE, None, Role.SERVICE, input={"products": list(products)})
    return found["saveProducts"]


async def test_products_are_created_and_changed_by_sku(clients: Clients) -> None:
    lip = {"sku": "lip", "name": "口红", "price": "99.00", "category": "beauty"}
    assert await save(clients, lip, {"sku": "cup", "name": "杯子"}) == {
        "saved": 2,
        "userErrors": [],
    }
    await save(clients, lip | {"name": "丝绒口红", "price": "89.5"})
    found = await clients.ask('{ product(sku: "lip") { name category price { amount currency } } }')
    assert found["product"] == {
        "name": "丝绒口红",
        "category": "beauty",
        "price": {"amount": "89.50", "currency": "CNY"},
    }


async def test_products_are_listed_by_name(clients: Clients) -> None:
    await save(clients, *({"sku": f"s{n}", "name": name} for n, name in enumerate("cab")))
    page = (await clients.ask(LIST))["products"]
    rest = (await clients.ask(LIST, after=page["pageInfo"]["endCursor"]))["products"]
    assert [one["name"] for one in (*page["nodes"], *rest["nodes"])] == ["a", "b", "c"]
    assert page["totalCount"] == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sku": " "}, "sku"),
        ({"name": "x" * 201}, "name"),
        ({"price": "-1"}, "price"),
        ({"price": "1.005"}, "price"),
        ({"imageUrl": "javascript:alert(1)"}, "imageUrl"),
    ],
)
async def test_one_that_is_wrong_saves_none(
    clients: Clients, wrong: dict[str, object], field: str
) -> None:
    good: dict[str, object] = {"sku": "lip", "name": "口红"}
    found = await save(clients, good, good | {"sku": "other"} | wrong)
    assert found == {
        "saved": 0,
        "userErrors": [{"code": "INVALID", "field": ["products", "1", field]}],
    }
    assert (await clients.ask('{ product(sku: "lip") { id } }'))["product"] is None


async def test_shoppers_save_no_products(clients: Clients) -> None:
    assert await clients.raised(SAVE, "C-1", input={"products": []}) != []
