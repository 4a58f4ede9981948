import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Placed, PostCard } from "@/graph/generated";

beforeAll(() => vi.stubGlobal("location", { pathname: "/", protocol: "http:", host: "shop" }));

const post = (id: string, text: string, ratio?: number) =>
  ({ id, text, images: ratio ? [{ width: ratio * 100, height: 100 }] : [] }) as unknown as PostCard;

describe("two columns", async () => {
  vi.stubGlobal("window", { addEventListener() {} });
  vi.stubGlobal("location", { pathname: "/", protocol: "http:", host: "shop" });
  const { columns, ratioOf } = await import("@/screens/show/Feed");

  test("stand about equally tall", () => {
    const posts = Array.from({ length: 40 }, (_, index) => post(String(index), "话".repeat((index * 7) % 90), index % 3 ? 0.8 : undefined));
    const [left, right] = columns(posts);
    expect(Math.abs(left.length - right.length)).toBeLessThan(8);
    expect(left.length + right.length).toBe(40);
  });

  test("keep their posts as more come", () => {
    const posts = Array.from({ length: 30 }, (_, index) => post(String(index), "x".repeat(index)));
    const few = columns(posts.slice(0, 12));
    const many = columns(posts);
    expect(many.map((side, index) => side.slice(0, few[index]!.length))).toEqual(few);
  });

  test("show a post that came with two pages once", () => {
    expect(columns([post("a", ""), post("b", ""), post("a", "")]).flat().map((one) => one.id)).toEqual(["a", "b"]);
  });

  test("show neither ribbons nor towers", () => {
    expect([ratioOf(post("a", "", 9)), ratioOf(post("a", "", 0.1)), ratioOf(post("a", ""))]).toEqual([1.5, 0.7, null]);
  });
});

describe("a check-in", async () => {
  const { blossoms, isDone } = await import("@/screens/home/CheckInCard");
  const ladder = (first: number, day = 1) =>
    Array.from({ length: 7 }, (_, index) => ({
      __typename: "CheckInRung" as const,
      day: `2026-03-0${day + index}`,
      streak: first + index,
      points: 1,
    }));

  test("is seven blossoms, however long the streak", () => {
    for (const current of [0, 1, 3, 6, 7, 8, 20]) {
      expect(blossoms(ladder(current + 1), { current }, false)).toHaveLength(7);
      expect(blossoms(ladder(current + 2, 2), { current: current + 1 }, true)).toHaveLength(7);
    }
  });

  test("opens one a day", () => {
    const open = (current: number, done: boolean) => blossoms(ladder(current + 1), { current }, done).filter((one) => one.open).length;
    expect([open(0, false), open(1, true), open(2, false), open(7, true), open(7, false), open(8, true)]).toEqual([0, 1, 2, 7, 0, 1]);
  });

  test("is done when the last day that counted is today", () => {
    expect(isDone(ladder(2), { lastDay: "2026-03-01" }, "2026-03-01")).toBe(true);
    expect(isDone(ladder(2, 2), null, "2026-03-01")).toBe(true);
    expect(isDone(ladder(2), { lastDay: "2026-02-28" }, "2026-03-01")).toBe(false);
  });
});

test("a board's live places replace older ones, in the order of ranks", async () => {
  const { merged } = await import("@/screens/boards/Boards");
  const at = (rank: number, score: number) => ({ rank, score }) as Placed;
  expect(merged([at(2, 5), at(3, 4)], [at(1, 9), at(2, 7)]).map((one) => one.score)).toEqual([9, 7, 4]);
});

test("cards look dearer the higher they are", async () => {
  const { toneOf } = await import("@/screens/home/TierCard");
  expect([0, 1, 2, 3].map((level) => toneOf(level, 4))).toEqual([0, 1, 2, 3]);
  expect([0, 1, 2].map((level) => toneOf(level, 3))).toEqual([0, 2, 3]);
  expect(toneOf(0, 1)).toBe(0);
});

test("months follow each other over the year's end", async () => {
  const { shifted } = await import("@/screens/points/CheckIn");
  expect([shifted("2026-12-01", 1), shifted("2026-01-31", -1), shifted("2026-01-31", 1)]).toEqual(["2027-01-01", "2025-12-01", "2026-02-01"]);
});
