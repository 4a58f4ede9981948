// Makes a module of each language from the TOML in words/: one line a message, all three languages.
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const src = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "src");
export const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const LINE = /^"([a-z0-9_.]+)" = \{ (.*) \}$/;
const PART = /([A-Za-z-]+) = ("(?:[^"\\]|\\.)*")(?:, |$)/gy;
const HOLES = /\{\w+\}/g;

/** Messages by key, then language. Throws on whatever is missing or not alike. */
export function parsed(text, file = "words") {
  const found = {};
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const where = `${file}:${index + 1}`;
    const match = LINE.exec(line);
    if (!match) throw new Error(`${where}: not "key" = { zh-CN = "…", zh-TW = "…", en = "…" }`);
    const [, key, rest] = match;
    if (key in found) throw new Error(`${where}: ${key} is there twice`);
    const said = Object.fromEntries([...rest.matchAll(PART)].map(([, language, words]) => [language, JSON.parse(words)]));
    for (const language of LANGUAGES) {
      if (!said[language]) throw new Error(`${where}: ${key} is missing in ${language}`);
    }
    const holes = LANGUAGES.map((language) => [...new Set(said[language].match(HOLES) ?? [])].sort().join(" "));
    if (new Set(holes).size > 1) throw new Error(`${where}: ${key} has other values in other languages: ${holes.join(" / ")}`);
    found[key] = said;
  });
  return found;
}

export async function messages(folder) {
  const all = {};
  for (const name of (await readdir(folder)).filter((one) => one.endsWith(".toml")).sort()) {
    for (const [key, said] of Object.entries(parsed(await readFile(path.join(folder, name), "utf-8"), name))) {
      if (key in all) throw new Error(`${name}: ${key} is in two files`);
      all[key] = said;
    }
  }
  return all;
}

export async function writeWords() {
  for (const [folder, out] of [["i18n/words", "i18n"], ["console/words", "console/i18n"]]) {
    const all = await messages(path.join(src, folder));
    const { mkdir } = await import("node:fs/promises");
    await mkdir(path.join(src, out), { recursive: true });
    for (const language of LANGUAGES) {
      const lines = Object.entries(all).map(([key, said]) => `  ${JSON.stringify(key)}: ${JSON.stringify(said[language])},`);
      const text = `// Written by scripts/words.mjs. Not committed.\nexport default {\n${lines.join("\n")}\n};\n`;
      const file = path.join(src, out, `${language}.ts`);
      if ((await readFile(file, "utf-8").catch(() => null)) !== text) await writeFile(file, text);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeWords();
