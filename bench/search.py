"""How long search takes among a million posts, from the question to the ids of a page.

Each question is asked for the first time, and again later: words that half of all posts have, that
a few have and that none has, of one character and of many, in both scripts and in English.
"""

from __future__ import annotations

import time
from statistics import quantiles
from typing import Final

from bench.figures import Figure, Figures
from bench.wall import NOW, READER, walls
from community.search.service import search_posts
from domain.posts.visibility import Reader
from infra.platform import Platform

POSTS: Final = 1_000_000
SLOWEST: Final = 150.0  # ms
ROUNDS: Final = 5
QUESTIONS: Final = (
    "防晒霜", "防曬霜", "口红", "咖啡", "茶", "的", "真的很", "好用 面膜", "滑板", "羽毛球拍",
    "小巧", "登山杖 海边", "滑板 小巧", "篮球 同事 可爱", "有没有清爽的防晒霜？", "口红推荐",
    "春天保湿精华液", "咖啡机露营", "露營 帳篷", "螢幕", "sunscreen", "skateboard",
    "cushion travel", "headphones handy gym", "iphone 15", "12345", "通勤 777", "鱼", "丹丁",
    "绝无此词语", "没有人写过这句话", "zzz", "🍓", "a", "shoes 防晒霜", "敏感肌 洗面奶 温和",
    "下雨天 雨伞 防水", "螺蛳粉", "火锅底料 正宗 聚会", "the",
)  # fmt: skip


async def measure() -> list[Figure]:
    figures = Figures()
    async with walls(POSTS) as (platform,):
        first = [await _asked(platform, question) for question in QUESTIONS]
        later = [await _asked(platform, question) for _ in range(ROUNDS) for question in QUESTIONS]
        size = await platform.database.fetchval("SELECT pg_relation_size('post_document_keys')")
    figures.add("search, asked for the first time, 95 of 100", _slow(first), "ms")
    figures.add("search, the slowest of all", max(*first, *later), "ms")
    figures.hold("search, 95 of 100 questions", _slow(first + later), "ms", at_most=SLOWEST)
    figures.add("search, the index", size / 2**20, "MiB")
    return figures.all


async def _asked(platform: Platform, question: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await search_posts(platform, Reader(READER), question, now=NOW, first=20, after=None)
    return (time.perf_counter() - began) * 1000


def _slow(times: list[float]) -> float:
    return quantiles(times, n=100)[94]
