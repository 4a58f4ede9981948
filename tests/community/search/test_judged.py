"""Search, judged: for each question what must be found, and what must not.

The posts are written for this; the name of a post says what it is about.
"""

from __future__ import annotations

from typing import Final

from community.search.indexing import index_waiting
from community.search.service import search_posts
from domain.posts.visibility import Reader
from infra.platform import Platform
from tests.support.wall import Wall

POSTS: Final = {
    "sunscreen cn": "这支防晒霜很清爽，SPF50+，通勤涂一整天也不油。",
    "sunscreen tw": "這支防曬霜質地清爽，海邊曬一天也沒黑，推薦給怕曬的朋友。",
    "sunscreen en": "This sunscreen feels light, no white cast. Best SPF 50 I have owned.",
    "lipstick": "口红颜色很显白，办公室也能涂，配毛衣特别好看。",
    "screen tw": "新買的螢幕顏色很準，看影片很舒服，滑鼠也順手。",
    "screen cn": "显示器屏幕有点反光，鼠标倒是很好用。",
    "tea": "云南的普洱茶，泡开以后满屋都是香味。",
    "coffee machine": "咖啡机操作简单，早上三分钟一杯拿铁。",
    "coffee beans": "Fresh beans from Yunnan: my café latte never tasted better ☕",
    "phone": "iPhone15 的手机壳，手感很好，不挡镜头。",
    "phone en": "Clear case for the iPhone 15, fits well and does not yellow.",
    "cat": "猫咪超爱这款猫粮，拉臭也没那么臭了🐱",
    "running shoes": "跑步鞋回弹不错，第一次跑完半马脚不疼。",
    "running en": "These running shoes survived two marathons in the rain.",
    "berries en": "Strawberries arrived cold and sweet, the kids finished the box.",
    "hair dryer": "吹風機風力很大，頭髮五分鐘就乾，乾髮後也不毛躁。",
    "full width": "ＡＢＣ牌的保温杯，１２小时还是烫的。",
    "kana": "北海道のミルクチョコは本当に美味しい。",
}
FINDS: Final = {
    "防晒霜": {"sunscreen cn", "sunscreen tw"},
    "防曬霜": {"sunscreen cn", "sunscreen tw"},
    "防晒": {"sunscreen cn", "sunscreen tw"},
    "清爽 防晒": {"sunscreen cn", "sunscreen tw"},
    "有没有清爽的防晒霜？": {"sunscreen cn", "sunscreen tw"},
    "防晒霜推荐": {"sunscreen tw", "sunscreen cn"},
    "推荐": {"sunscreen tw"},
    "咖啡机拿铁": {"coffee machine"},
    "SPF 50": {"sunscreen cn", "sunscreen en"},
    "spf50": {"sunscreen cn", "sunscreen en"},
    "口红": {"lipstick"},
    "口紅": {"lipstick"},
    "屏幕": {"screen cn", "screen tw"},
    "螢幕": {"screen cn", "screen tw"},
    "鼠标": {"screen cn", "screen tw"},
    "滑鼠": {"screen cn", "screen tw"},
    "茶": {"tea"},
    "普洱": {"tea"},
    "咖啡": {"coffee machine"},
    "cafe": {"coffee beans"},
    "Café": {"coffee beans"},
    "iphone15": {"phone", "phone en"},
    "IPHONE 15": {"phone", "phone en"},
    "iphone": {"phone", "phone en"},
    "猫": {"cat"},
    "貓糧": {"cat"},
    "🐱": {"cat"},
    "running shoe": {"running en"},
    "shoes": {"running en"},
    "跑步鞋": {"running shoes"},
    "strawberry": {"berries en"},
    "头发": {"hair dryer"},
    "吹风机": {"hair dryer"},
    "abc 保温杯": {"full width"},
    "12小时": {"full width"},
    "チョコ": {"kana"},
    "北海道": {"kana"},
    "霜晒": set[str](),
    "yun": set[str](),
    "！？…": set[str](),
    "没有人写过": set[str](),
}


async def test_what_is_asked_for_is_found_and_nothing_else(platform: Platform, wall: Wall) -> None:
    made = {await wall.post(text=text): name for name, text in POSTS.items()}
    while await index_waiting(platform.database):
        pass
    found: dict[str, set[str]] = {}
    for question in FINDS:
        page = await search_posts(platform, Reader(), question, now=wall.now, first=100, after=None)
        found[question] = {made[one] for one in page.items}
    assert found == FINDS
