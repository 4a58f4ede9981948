"""What buyers write, made up: sentences out of words as often as such words are used.

A few words are in most posts and most words in few, as in any language; a tenth is in traditional
characters, a sixth in English, and every post ends with something that hardly any other has.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final, cast

import opencc

from community.search.reading import read


def _words(text: str) -> Sequence[str]:
    return text.split()


_THINGS: Final = _words("""
防晒霜 口红 面膜 洗面奶 精华液 气垫 粉底液 眼影盘 香水 护手霜 身体乳 洗发水 吹风机 电动牙刷
咖啡机 空气炸锅 电饭煲 保温杯 雨伞 背包 行李箱 运动鞋 跑步鞋 瑜伽垫 耳机 键盘 鼠标 显示器
手机壳 充电宝 台灯 床垫 枕头 毛巾 羽绒服 卫衣 牛仔裤 连衣裙 衬衫 帽子 围巾 坚果 巧克力 饼干
绿茶 红茶 乌龙茶 咖啡豆 燕麦片 酸奶 蜂蜜 酱油 火锅底料 螺蛳粉 猫粮 狗粮 积木 绘本 奶瓶
婴儿车 投影仪 音箱 相机 三脚架 帐篷 睡袋 登山杖 自行车 滑板 篮球 羽毛球拍
""")
_WORDS: Final = _words("""
好用 清爽 不油腻 显白 滋润 温和 轻便 结实 耐用 柔软 舒服 暖和 透气 修身 百搭 好看 精致 便宜
实惠 划算 高级 简单 方便 安静 香浓 酥脆 新鲜 正宗 细腻 服帖 持久 保湿 蓬松 顺滑 防水 省电
清晰 快速 稳定 可爱 复古 小巧
""")
_PLACES: Final = _words("""
上班 通勤 旅行 露营 周末 春天 夏天 秋天 冬天 下雨天 送礼 约会 健身 跑步 宿舍 办公室 厨房
卧室 客厅 出差 海边 爬山 聚会 熬夜 学生 干皮 油皮 敏感肌 新手 老人 妈妈 闺蜜 同事
""")
_FRAMES: Final = (
    "这款{t}真的很{a}，{p}用刚刚好", "{p}必备的{t}，{a}又{b}", "入手{t}三个月了，{a}，推荐给大家",
    "第二次回购{t}，{b}，{p}也能用", "{t}比想象中{a}，就是包装一般", "给{p}买的{t}，说{a}，很喜欢",
    "性价比很高的{t}，{a}{b}，还会再来", "物流很快，{t}{a}，颜色好看", "用了一周{t}，{a}，值得买",
)  # fmt: skip
_EN_THINGS: Final = _words("""
sunscreen lipstick mask serum cushion perfume shampoo thermos umbrella backpack suitcase
shoes headphones keyboard mouse monitor lamp pillow towel jacket hoodie jeans shirt hat
scarf chocolate cookies tea coffee honey tent camera skateboard
""")
_EN_WORDS: Final = _words("""
soft light sturdy warm cheap lovely bright smooth quiet handy comfy
""")
_EN_PLACES: Final = _words("""
travel work summer winter school gym camping office
""")
_EN_FRAMES: Final = (
    "really love this {t}, perfect for {p} and so {a}", "my second {t} this year, {a} and lasting",
    "the {t} arrived fast, {a}, would buy again for {p}", "great {t} for the price, but {b}",
)  # fmt: skip
_RARE: Final = range(0x4E00, 0x4E00 + 6_000)
_ENGLISH, _TRADITIONAL = 0.16, 0.26


def texts(count: int, seed: int = 1) -> list[tuple[str, str, list[int]]]:
    """Texts, each with its words and keys as the index reads them."""
    chance = random.Random(seed)  # noqa: S311 - made-up text
    converter: Any = cast("Any", opencc.OpenCC("s2twp"))
    made: list[tuple[str, str, list[int]]] = []
    for _ in range(count):
        kind = chance.random()
        text = _english(chance) if kind < _ENGLISH else _chinese(chance)
        if _ENGLISH <= kind < _TRADITIONAL:
            text = str(converter.convert(text))
        found = read(text)
        made.append((text, found.words, sorted(found.keys)))
    return made


def _chinese(chance: random.Random) -> str:
    told = "。".join(
        _said(chance, _FRAMES, _THINGS, _WORDS, _PLACES) for _ in range(chance.randint(1, 6))
    )
    rare = "".join(chr(chance.choice(_RARE)) for _ in range(chance.randint(2, 8)))
    return f"{told}，{rare} #{_often(chance, _THINGS)} {chance.randrange(99_999)}"


def _english(chance: random.Random) -> str:
    told = ". ".join(
        _said(chance, _EN_FRAMES, _EN_THINGS, _EN_WORDS, _EN_PLACES)
        for _ in range(chance.randint(1, 4))
    )
    return f"{told}. No. {chance.randrange(99_999)}"


def _said(chance: random.Random, frames: Sequence[str], *words: Sequence[str]) -> str:
    things, told, places = words
    return _often(chance, frames).format(
        t=_often(chance, things), a=_often(chance, told), b=_often(chance, told),
        p=_often(chance, places),
    )  # fmt: skip


def _often(chance: random.Random, words: Sequence[str]) -> str:
    """The first words much more often than the last ones."""
    return words[int(len(words) * chance.random() ** 2.5)]
