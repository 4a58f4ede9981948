import { expect, test } from "vitest";
import { tidy } from "@/console/safety/tidy";

test("words are one a line or parted by commas, each once, and none is empty", () => {
  expect(tidy("刷单\n 加微信，刷单、\n\nQQ; 返利 ")).toEqual(["刷单", "加微信", "QQ", "返利"]);
});
