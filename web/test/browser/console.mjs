// Moderators at their desks, by keyboard alone; then every screen of the console, with axe.
//
// LAURELS_SHOP is JSON: address, callers (two members), staff tokens by role. Writes web/screens/
// and, as its last line, JSON: {faults: [...], steps: [...], screens: n}. With --quick each screen
// is seen once, themes and languages taking turns; --screens leaves the journey out.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { atRest, openDesk } from "./desk.mjs";
import { openBrowser } from "./phone.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const shop = JSON.parse(process.env.LAURELS_SHOP);
const [ling, bo] = shop.callers;
const quick = process.argv.includes("--quick");
const only = process.argv.find((one) => one.startsWith("--only="))?.slice(7);
const out = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "screens");
await mkdir(out, { recursive: true });
const faults = [];
const steps = [];
let seen = 0;
const browser = await openBrowser();
if (!process.argv.includes("--screens")) {
  await journey();
  await designing();
}
await screens();
await browser.close();
console.log(JSON.stringify({ faults, steps, screens: seen }));

async function journey() {
  const mark = `desk ${Date.now()}`;
  const desk = await openDesk(browser, { address: shop.address, token: shop.staff.moderator, language: "en" });
  const other = await openDesk(browser, { address: shop.address, token: shop.staff.admin, language: "en" });
  const { page } = desk;
  const row = (text) => page.locator(".pile-row", { hasText: text });
  const posts = [];
  try {
    await step("the queue is empty, and fills up while a moderator looks on", async () => {
      await page.goto("/console");
      await atRest(page);
      for (const number of [1, 2, 3]) posts.push(await reported(`${mark} number ${number}${number === 1 ? ", V 信 abc12345" : ""}`));
      await page.waitForFunction(() => Number(document.querySelector(".rail-count")?.textContent ?? 0) >= 3);
    });
    await step("one key deals them", async () => {
      await page.keyboard.press("c");
      await row("number 3").waitFor();
    });
    await step("what was found in a text is marked where it stands", async () => {
      await row("number 1").locator("button").click();
      await page.locator(".subject-text mark", { hasText: "abc12345" }).waitFor();
    });
    await step("two keys remove one, and the next is looked at", async () => {
      await row("number 1").locator("button").click();
      await remove(page);
      await row("number 1").waitFor({ state: "detached" });
      await expectState(posts[0], "REMOVED");
    });
    await step("one key takes that back", async () => {
      await page.keyboard.press("u");
      await row("number 1").waitFor();
      await expectState(posts[0], "PUBLISHED");
    });
    await step("without a network nothing is decided, and the desk says so", async () => {
      await desk.context.setOffline(true);
      await page.locator(".desk-line").waitFor();
      await page.keyboard.press("a");
      await page.locator(".toast.bad").waitFor();
      if ((await row("number 1").count()) !== 1) throw new Error("what was not sent is gone");
      await desk.context.setOffline(false);
      await page.locator(".desk-line").waitFor({ state: "detached" });
    });
    await step("a selection is approved at once", async () => {
      for (const number of [2, 3]) await row(`number ${number}`).locator("input").check();
      await page.keyboard.press("a");
      await row("number 2").waitFor({ state: "detached" });
      await row("number 3").waitFor({ state: "detached" });
      await page.getByText("2 approved").waitFor();
    });
    await step("what is written in a note is no verdict", async () => {
      await page.keyboard.press("x");
      await page.keyboard.press("n");
      await page.keyboard.type("aaa");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page.locator(".reasons").waitFor({ state: "detached" });
      await row("number 1").waitFor();
      await remove(page, 2);
      await row("number 1").waitFor({ state: "detached" });
    });
    await step("somebody else answers the appeal, and is not told what was decided", async () => {
      const found = await ask(bo.token, `query ($id: ID!) { post(id: $id) { decision { id } } }`, { id: posts[0] });
      await ask(bo.token, `mutation ($id: ID!) { appeal(input: { decisionId: $id, text: "It is my own record." }) { userErrors { message } } }`, { id: found.post.decision.id });
      await other.page.goto("/console/appeals");
      await atRest(other.page);
      await other.page.keyboard.press("c");
      await other.page.getByText("It is my own record.").last().waitFor();
      const { policies } = await ask(shop.staff.admin, `{ policies { name } }`);
      const told = (await other.page.locator(".review-body").allTextContents()).join(" ");
      if (told.includes(policies[1].name)) throw new Error("the first decision is shown");
      await other.page.keyboard.press("o");
      await other.page.locator(".undo-bar").waitFor();
      await expectState(posts[0], "PUBLISHED");
    });
    await step("keys rest when they are put to rest", async () => {
      await page.keyboard.press("?");
      await page.locator("dialog input[type=checkbox]").uncheck();
      await page.keyboard.press("Escape");
      const before = await page.locator(".pile-row").count();
      await page.keyboard.press("c");
      await page.waitForTimeout(400);
      if ((await page.locator(".pile-row").count()) !== before) throw new Error("a key was heard");
      await page.keyboard.press("?");
      await page.locator("dialog input[type=checkbox]").check();
    });
    faults.push(...[...desk.faults, ...other.faults].filter((one) => !/ERR_INTERNET_DISCONNECTED/.test(one)));
  } catch (error) {
    faults.push(`${steps.at(-1)}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
    await page.screenshot({ path: path.join(out, "desk-journey.png") }).catch(() => {});
    await other.page.screenshot({ path: path.join(out, "desk-journey-other.png") }).catch(() => {});
  }
  await desk.context.close();
  await other.context.close();
}

async function designing() {
  const mark = `desk-${Date.now()}`;
  const desk = await openDesk(browser, { address: shop.address, token: shop.staff.admin, language: "en" });
  const { page } = desk;
  try {
    await step("a rule is refused while it is written, and saved once it is right", async () => {
      await page.goto("/console/rules/new");
      await atRest(page);
      await page.getByLabel("Key", { exact: true }).fill(mark);
      await page.getByLabel("Name", { exact: true }).fill("At the desk");
      await page.getByLabel("Condition", { exact: true }).fill("member.foo > 2");
      await page.getByText("names something unknown").waitFor();
      if (await page.getByRole("button", { name: "Save" }).isEnabled()) throw new Error("what is wrong can be saved");
      await page.getByLabel("Condition", { exact: true }).fill("member.tierLevel >= 1");
      await page.getByText("Expressions are fine").waitFor();
    });
    await step("it is rehearsed on the past, and becomes the first version", async () => {
      await page.getByRole("button", { name: "Rehearse", exact: true }).click();
      await page.getByText("Points given").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Version 1").waitFor();
    });
    await step("a badge is made, with what members did lately beside it", async () => {
      await page.goto("/console/programme");
      await atRest(page);
      await page.getByRole("button", { name: "Badges", exact: true }).click();
      await page.getByRole("button", { name: "New badge" }).click();
      await page.getByLabel("Key", { exact: true }).fill(mark);
      await page.getByLabel("Name", { exact: true }).fill(`Badge ${mark}`);
      await page.getByLabel("Description").fill("For what was done at the desk");
      await page.getByText(/In the last 30 days/).waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator("li", { hasText: `Badge ${mark}` }).waitFor();
    });
    await step("a reward is put on sale", async () => {
      await page.getByRole("button", { name: "Rewards", exact: true }).click();
      await page.getByRole("button", { name: "New reward" }).click();
      await page.getByLabel("Key", { exact: true }).fill(mark);
      await page.getByLabel("Name", { exact: true }).fill(`Reward ${mark}`);
      await page.getByLabel("Description").fill("A thing");
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator("li", { hasText: `Reward ${mark}` }).waitFor();
    });
    faults.push(...desk.faults);
  } catch (error) {
    faults.push(`${steps.at(-1)}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
    await page.screenshot({ path: path.join(out, "desk-designing.png") }).catch(() => {});
  }
  await desk.context.close();
}

async function step(name, work) {
  steps.push(name);
  return work();
}

/** By the policy that stands in this place. */
async function remove(page, place = 1) {
  await page.keyboard.press("x");
  await page.locator(".reason-list button").first().waitFor();
  await page.keyboard.press(String(place));
}

/** A post of one member that the other reports; its id. */
async function reported(text) {
  const input = { text, imageIds: [], productIds: [], idempotencyKey: text };
  const { createPost } = await ask(bo.token, `mutation ($input: CreatePostInput!) { createPost(input: $input) { userErrors { message } post { id } } }`, { input });
  const id = createPost.post.id;
  await ask(ling.token, `mutation ($id: ID!) { report(input: { subjectId: $id, reason: SPAM, note: "again and again" }) { userErrors { message } } }`, { id });
  return id;
}

async function expectState(id, wanted) {
  const { post } = await ask(bo.token, `query ($id: ID!) { post(id: $id) { state } }`, { id });
  if (post?.state !== wanted) throw new Error(`the post is ${post?.state}, not ${wanted}`);
}

async function ask(token, query, variables = {}) {
  const answer = await fetch(`${shop.address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": "en", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  const refused = Object.values(data ?? {}).flatMap((one) => one?.userErrors ?? []);
  if (errors || refused.length > 0) throw new Error((errors ?? refused).map((one) => one.message).join("; "));
  return data;
}

async function screens() {
  const { customer } = await ask(shop.staff.admin, `query ($ref: String!) { customer(ref: $ref) { id } }`, { ref: ling.customer });
  const { earnRules } = await ask(shop.staff.admin, `{ earnRules { key } }`);
  await reported(`a look ${Date.now()}`).catch((error) => faults.push(error.message));
  const fill = { "/members/:id": customer.id, "/rules/:key": earnRules[0]?.key };
  const source = await readFile(new URL("../../src/console/frame/screens.ts", import.meta.url), "utf-8");
  const all = [...source.matchAll(/path: "([^"]+)"/g)].map(([, where]) => ({
    name: where === "/" ? "queue" : where.split("/").filter(Boolean).map((part) => (part.startsWith(":") ? "one" : part)).join("-"),
    path: `/console${(fill[where] ? where.replace(/:\w+/, encodeURIComponent(fill[where])) : where).replace(/\/$/, "")}`,
    token: shop.staff.admin,
  }));
  all.push({ name: "door", path: "/console", token: null });
  for (const [number, theme] of ["light", "dark"].entries()) {
    for (const [turn, language] of ["zh-CN", "zh-TW", "en"].entries()) {
      const mine = all.filter((one, index) => (!quick || index % 6 === number * 3 + turn) && (!only || one.name.includes(only)));
      for (const token of new Set(mine.map((one) => one.token))) {
        const desk = await openDesk(browser, { address: shop.address, token, theme, language });
        for (const screen of mine.filter((one) => one.token === token)) await look(desk, screen, theme, language);
        await desk.context.close();
      }
    }
  }
}

async function look({ page, faults: errors }, { name, path: where }, theme, language) {
  const said = `${where} (${theme}, ${language})`;
  errors.length = 0;
  try {
    await page.goto(where);
    await atRest(page);
    if (name === "queue") {
      await page.keyboard.press("c");
      await page.locator(".pile-row").first().waitFor({ timeout: 8000 });
      await atRest(page);
    }
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations) faults.push(`${said}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) faults.push(`${said}: ${wide} px wider than the window`);
    const raw = await page.evaluate(() => document.body.innerText.match(/\b(?:console|desk|policies|words|trial|thresholds|members|rules|measures|say|do|time)\.[a-z_.]+/g) ?? []);
    for (const one of raw) faults.push(`${said}: words are missing: ${one}`);
    await page.screenshot({ path: path.join(out, `console-${name}.${theme}.${language}.png`) });
    seen += 1;
  } catch (error) {
    faults.push(`${said}: ${error.message.split("\n")[0]}`);
  }
  for (const one of errors) faults.push(`${said}: in the console: ${one.slice(0, 200)}`);
}
