// Walks through every screen, light and dark, in three languages, and says what is wrong.
//
// LAURELS_SHOP is JSON: the address, and the callers of /try. Writes web/screens/ and, as its last
// line, JSON: {faults: [...], screens: n}. With --quick each screen is seen once, themes and
// languages taking turns.
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { callers as callersOf, openBrowser, openPhone, settled } from "./phone.mjs";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf-8");
const shop = JSON.parse(process.env.LAURELS_SHOP);
const quick = process.argv.includes("--quick");
const only = process.argv.find((one) => one.startsWith("--only="))?.slice(7);
const out = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "screens");
await mkdir(out, { recursive: true });

const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const THEMES = ["light", "dark"];
const MOST_SHIFT = 0.1;
const callers = shop.callers ?? (await callersOf(shop.address));
const member = callers.find((one) => one.customer) ?? null;

const screens = [...(await paths()), { path: "/", name: "visitor-home", visitor: true }, { path: "/sign-in", visitor: true }, { path: "/points", name: "visitor-door", visitor: true }];
const faults = [];
const browser = await openBrowser();
let seen = 0;
for (const [number, theme] of THEMES.entries()) {
  for (const [turn, language] of LANGUAGES.entries()) {
    const mine = screens.filter((one, index) => !quick || index % 6 === number * 3 + turn);
    for (const visitor of [false, true]) {
      const phone = await openPhone(browser, { address: shop.address, caller: visitor ? null : member, language, theme });
      await phone.context.addInitScript(watchShifts);
      for (const screen of mine.filter((one) => Boolean(one.visitor) === visitor)) {
        if (only && !screen.path.includes(only)) continue;
        await look(phone, screen, theme, language);
        seen += 1;
      }
      await phone.context.close();
    }
  }
}
await browser.close();
console.log(JSON.stringify({ faults, screens: seen }));

async function look({ page, faults: errors }, screen, theme, language) {
  const name = screen.name ?? (screen.path.split("/").filter(Boolean).slice(0, 2).join("-") || "home");
  const where = `${screen.path} (${theme}, ${language})`;
  errors.length = 0;
  try {
    await page.goto(screen.path);
    await settled(page);
    await page.waitForTimeout(120);
    const shift = await page.evaluate(() => globalThis.laurelsShift ?? 0);
    if (shift > MOST_SHIFT) faults.push(`${where}: the layout shifts by ${shift.toFixed(3)}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations) {
      faults.push(`${where}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
    }
    for (const one of await page.evaluate(tooSmall)) faults.push(`${where}: smaller than 44 px: ${one}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) faults.push(`${where}: ${wide} px wider than the phone`);
    const raw = await page.evaluate(() => document.body.innerText.match(/\b(?:[a-z]+\.)+[a-z_]+\b(?=\s|$)/g)?.filter((one) => /^(do|say|tab|home|post|show|tier|points|badge|board|reward|coupon|message|settings|challenge|enter|mine|member|flash|plan|checkin|compose|parts|invite|deal)\./.test(one)) ?? []);
    for (const one of raw) faults.push(`${where}: words are missing: ${one}`);
    await page.screenshot({ path: path.join(out, `${name}.${theme}.${language}.png`) });
  } catch (error) {
    faults.push(`${where}: ${error.message.split("\n")[0]}`);
  }
  for (const one of errors) faults.push(`${where}: in the console: ${one.slice(0, 200)}`);
}

function watchShifts() {
  globalThis.laurelsShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.laurelsShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** What a finger should hit but may miss: links within sentences are spared. */
function tooSmall() {
  const found = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=switch]")) {
    if (one.closest(".unseen, .skip, p:not(.chips):not(.mine-do):not(.comment-do):not(.row)") || one.classList.contains("unseen") || one.type === "file") continue;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const target = one.labels?.[0]?.getBoundingClientRect() ?? box;
    if (Math.max(box.height, target.height) < 43.5 || Math.max(box.width, target.width) < 43.5) found.push(`${one.tagName.toLowerCase()}.${one.className} ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  return [...new Set(found)].slice(0, 4);
}

/** Every path of the app, its holes filled with what the shop has. */
async function paths() {
  const source = await readFile(new URL("../../src/app/screens.ts", import.meta.url), "utf-8");
  const all = [...source.matchAll(/path: "([^"]+)"/g)].map((match) => match[1]);
  const data = await ask(`{
    feed(first: 20) { nodes { id images { id } topics author { id } products { sku } } }
    challenges(first: 1) { nodes { key } } leaderboards { key size } badges { key } rewards(first: 1) { nodes { key } }
    products(first: 1) { nodes { sku } } me { id }
  }`);
  const post = data.feed.nodes.find((one) => one.images.length > 0) ?? data.feed.nodes[0];
  const topic = data.feed.nodes.find((one) => one.topics.length > 0)?.topics[0];
  const fill = {
    "/posts/:id": post?.id,
    "/members/:id": post?.author.id ?? data.me?.id,
    "/topics/:name": topic,
    "/products/:sku": data.products.nodes[0]?.sku,
    "/challenges/:key": data.challenges.nodes[0]?.key,
    "/leaderboards/:key": data.leaderboards.find((one) => one.size > 0)?.key,
    "/badges/:key": data.badges[0]?.key,
    "/rewards/:key": data.rewards.nodes[0]?.key,
    ...(shop.fill ?? {}),
  };
  return all.flatMap((one) => {
    if (!one.includes(":")) return [{ path: one }];
    if (!fill[one]) return [];
    const [, first] = one.split("/");
    return [{ path: one.replace(/:\w+/, encodeURIComponent(fill[one])), name: `${first}-one` }];
  });
}

async function ask(query) {
  const answer = await fetch(`${shop.address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(member && { authorization: `Bearer ${member.token}` }) },
    body: JSON.stringify({ query }),
  });
  return (await answer.json()).data;
}
