// Pictures of screens, to look at: node look.mjs ADDRESS [--theme dark] [--language en] [--who 0|visitor] [--full] PATH…
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { callers, openBrowser, openPhone, settled } from "./phone.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: "string", default: "light" },
    language: { type: "string", default: "zh-CN" },
    who: { type: "string", default: "0" },
    full: { type: "boolean", default: false },
  },
});
const [address, ...paths] = positionals;
const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "screens", "look");
await mkdir(folder, { recursive: true });
const all = await callers(address);
const browser = await openBrowser();
const caller = values.who === "visitor" ? null : all[Number(values.who)];
const { page, faults } = await openPhone(browser, { address, caller, language: values.language, theme: values.theme });
for (const where of paths) {
  await page.goto(where);
  await settled(page).catch((error) => faults.push(`${where}: ${error}`));
  await page.waitForTimeout(400);
  const name = where.replaceAll("/", "_").replace(/^_/, "") || "home";
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: values.full });
}
console.log(faults.join("\n"));
await browser.close();
