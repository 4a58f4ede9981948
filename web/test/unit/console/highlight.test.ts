import { expect, test } from "vitest";
import { parts } from "@/console/review/highlight";

const at = (start: number | null, end: number | null, what = "x") => ({ start, end, what, how: "EXACT" });
const said = (text: string, ...places: ReturnType<typeof at>[]) => parts(text, places).map((one) => (one.found ? `[${one.text}]` : one.text)).join("");

test("what was found is marked where it stands", () => {
  expect(said("加微信 abc", at(1, 3))).toBe("加[微信] abc");
});

test("places count code points, not halves of an emoji", () => {
  expect(said("🎸🎸卖券", at(2, 4))).toBe("🎸🎸[卖券]");
});

test("finds that overlap are each said once, and no letter is lost", () => {
  const found = parts("abcdef", [at(1, 4, "one"), at(2, 6, "two")]);
  expect(found.map((one) => one.text).join("")).toBe("abcdef");
  expect(found.map((one) => one.found?.what ?? null)).toEqual([null, "one", "two"]);
});

test("what stands in a topic has no place in the text", () => {
  expect(said("abc", at(null, null))).toBe("abc");
});

test("a place beyond the text ends with it", () => {
  expect(said("abc", at(2, 99))).toBe("ab[c]");
});
