import { expect, test } from "vitest";
import { bins, top } from "@/console/design/bins";

const day = (name: string, points: number) => ({ day: name, points, matched: 1 });

test("each day is a bar of its own while they fit, empty days included", () => {
  const found = bins([day("2026-01-01", 5), day("2026-01-03", 7)]);
  expect(found.map((one) => one.points)).toEqual([5, 0, 7]);
});

test("more days share bars, and no point is lost", () => {
  const days = Array.from({ length: 365 }, (_, index) => day(new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10), index));
  const found = bins(days, 80);
  expect(found.length).toBeLessThanOrEqual(80);
  expect(found.reduce((all, one) => all + one.points, 0)).toBe((364 * 365) / 2);
  expect(found[found.length - 1]!.to).toBe("2026-12-31");
});

test("nothing has no bars", () => {
  expect(bins([])).toEqual([]);
});

test.each([[0, 1], [1, 1], [3, 5], [21, 25], [99, 100], [100, 100], [101, 200]])("the top of a scale for %i is %i", (value, expected) => {
  expect(top(value)).toBe(expected);
});
