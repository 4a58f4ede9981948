// Every pair of a colour and what it is written on can be read, in light and dark.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const css = await readFile(new URL("../../src/design/tokens.css", import.meta.url), "utf-8");
const block = (start: string) => css.slice(css.indexOf(start)).split("}")[0]!;
const colours = (text: string) => Object.fromEntries([...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]));
const THEMES = { light: colours(block(":root {")), dark: colours(block(':root[data-theme="dark"]')) };
const PAIRS = [
  ...["paper", "card", "sunk"].flatMap((on) => [["ink", on], ["ink-soft", on]]),
  ["leaf", "paper"], ["leaf", "card"], ["on-leaf", "leaf"], ["leaf-deep", "leaf-wash"],
  ["on-bloom", "bloom"], ["bloom-deep", "bloom-wash"], ["bloom-deep", "card"], ["bloom-deep", "paper"],
  ["heart", "heart-wash"], ["heart", "card"], ["card", "heart"], ["sky", "sky-wash"], ["good", "card"], ["paper", "ink"],
] as [string, string][];

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

test.each(Object.entries(THEMES))("%s", (_name, theme) => {
  for (const [colour, on] of PAIRS) {
    const [high, low] = [luminance(theme[colour]!), luminance(theme[on]!)].sort((one, other) => other - one);
    expect((high! + 0.05) / (low! + 0.05), `${colour} on ${on}`).toBeGreaterThanOrEqual(4.5);
  }
});
