import { describe, expect, test } from "vitest";
import { filled, preferredLanguage, spoken } from "@/i18n";
// @ts-expect-error - a script of the build, without types
import { parsed } from "../../scripts/words.mjs";

const LINE = '"a.b" = { zh-CN = "好 {n}", zh-TW = "好 {n}", en = "{n} good|{n} goods" }';

describe("words", () => {
  test("have a line for each message, in three languages", () => {
    expect(parsed(LINE)["a.b"].en).toBe("{n} good|{n} goods");
  });

  test.each([
    ["missing in en", LINE.replace(', en = "{n} good|{n} goods"', "")],
    ["other values", LINE.replace("好 {n}", "好 {name}")],
    ["there twice", `${LINE}\n${LINE}`],
    ["words:1", LINE.replace("=", ":")],
  ])("stop the build when %s", (says, text) => {
    expect(() => parsed(text)).toThrow(says);
  });

  test("choose the form that the number asks for", () => {
    expect(filled("{n} day|{n} days", "en", { n: 1 })).toBe("1 day");
    expect(filled("{n} day|{n} days", "en", { n: 0 })).toBe("0 days");
    expect(filled("{n} 天", "zh-CN", { n: 1 })).toBe("1 天");
  });

  test("write numbers as the language does", () => {
    expect(filled("{n} left", "en", { n: 12345 })).toBe("12,345 left");
  });

  test("leave alone what they have no value for", () => {
    expect(filled("{shop}", "en")).toBe("{shop}");
  });
});

describe("a shop that speaks two languages", () => {
  test.each([
    ["银卡 · Silver", "银卡", "Silver"],
    ["全店一起。\nTogether.\n", "全店一起。", "Together."],
    ["仅 50 张。 Fifty of them.", "仅 50 张。", "Fifty of them."],
    ["100 积分 + 优惠券“满 40 减 5 · Five off 40”", "100 积分 + 优惠券“满 40 减 5”", "100 积分 + 优惠券“Five off 40”"],
    ["Blue · Green", "Blue · Green", "Blue · Green"],
    ["陈升 · 老歌", "陈升 · 老歌", "陈升 · 老歌"],
    ["", "", ""],
  ])("%j is heard in the reader's", (text, chinese, english) => {
    expect(spoken(text, "zh-CN")).toBe(chinese);
    expect(spoken(text, "zh-TW")).toBe(chinese);
    expect(spoken(text, "en")).toBe(english);
  });
});

test.each([
  [null, ["zh-HK", "en"], "zh-TW"],
  [null, ["zh-Hans-SG"], "zh-CN"],
  [null, ["fr", "en-GB"], "en"],
  [null, ["fr"], "zh-CN"],
  ["en", ["zh-CN"], "en"],
  ["nonsense", ["zh-Hant"], "zh-TW"],
] as const)("who chose %s and prefers %j reads %s", (kept, browser, language) => {
  expect(preferredLanguage(kept, browser)).toBe(language);
});
