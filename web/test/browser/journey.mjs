// Two phones and a moderator at once, as members use the app: what one does, the others see.
//
// LAURELS_SHOP is JSON: address, callers (two members), staff tokens by role. The last line of what
// it writes is JSON: {faults: [...], steps: [...]}.
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openBrowser, openPhone, settled } from "./phone.mjs";

const shop = JSON.parse(process.env.LAURELS_SHOP);
const [ling, bo] = shop.callers;
const steps = [];
const browser = await openBrowser();
const first = await openPhone(browser, { address: shop.address, caller: ling, language: "en" });
const second = await openPhone(browser, { address: shop.address, caller: bo, language: "en" });
const faults = [];

try {
  await step("the first checks in, and the points come live", checkIn);
  await step("the first joins a challenge", join);
  const text = `Three pictures ${Date.now()}`;
  await step("the first shows three photos", () => show(text));
  const post = await step("a moderator approves, and the post is on the first's list", () => approve(text));
  await step("the second likes and comments, and the first sees it without asking", () => talk(post));
  await step("an order moves the board on both phones", boards);
  await step("the first redeems a coupon", redeem);
  await step("a like without a network is sent when it is back", () => offline(post));
  await step("the second's group fills up while the first looks on", group);
} catch (error) {
  faults.push(`${steps.at(-1) ?? "the beginning"}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  const folder = new URL("../../screens/", import.meta.url).pathname;
  await first.page.screenshot({ path: `${folder}journey-first.png` }).catch(() => {});
  await second.page.screenshot({ path: `${folder}journey-second.png` }).catch(() => {});
}
await browser.close();
console.log(JSON.stringify({ faults, steps }));

async function step(name, work) {
  steps.push(name);
  return work();
}

async function open(phone, where) {
  await phone.page.goto(where);
  await settled(phone.page);
}

async function checkIn() {
  const { page } = first;
  await open(first, "/");
  const before = await points(page);
  await page.getByRole("button", { name: "Check in", exact: true }).click();
  await page.getByText("Checked in today").waitFor();
  await page.waitForFunction((was) => Number(document.querySelector(".tier-points .number").textContent.replaceAll(",", "")) > was, before);
}

async function points(page) {
  return Number((await page.locator(".tier-points .number").textContent()).replaceAll(",", ""));
}

async function join() {
  const { page } = first;
  await open(first, "/challenges/week");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("button", { name: "Leave" }).waitFor();
}

async function show(text) {
  const { page } = first;
  await open(first, "/compose");
  await page.locator("input[type=file]").setInputFiles(await pictures(page, 3));
  await page.waitForFunction(() => document.querySelectorAll(".photos li.there").length === 3, null, { timeout: 60_000 });
  await page.getByLabel("Your words").fill(`${text} #nowspinning`);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.locator(".mine-post", { hasText: text }).waitFor();
}

/** Photos as a phone takes them, drawn here. */
async function pictures(page, count) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "laurels-photos-"));
  const files = [];
  for (let number = 0; number < count; number += 1) {
    const bytes = await page.evaluate(async (hue) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [900, 700];
      const pen = canvas.getContext("2d");
      for (let row = 0; row < 70; row += 1) {
        pen.fillStyle = `hsl(${hue + row * 3} 70% ${30 + (row * 7) % 50}%)`;
        pen.fillRect((row * 37) % 500, row * 10, 400, 60);
      }
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
      return [...new Uint8Array(await blob.arrayBuffer())];
    }, number * 90);
    const file = path.join(folder, `${number}.jpg`);
    await writeFile(file, Buffer.from(bytes));
    files.push(file);
  }
  return files;
}

async function approve(text) {
  const posts = (await ask(ling.token, "{ me { posts(first: 5) { nodes { id text state images { id } } } } }")).me.posts.nodes;
  const post = posts.find((one) => one.text.startsWith(text));
  if (post.images.length !== 3) throw new Error(`the post has ${post.images.length} pictures`);
  if (post.state === "IN_REVIEW") {
    const token = shop.staff.moderator;
    const { claimReviews } = await ask(token, "mutation { claimReviews(input: {count: 20}) { reviews { id subject { ... on Post { id } } } } }");
    const review = claimReviews.reviews.find((one) => one.subject.id === post.id);
    await ask(token, "mutation ($id: ID!) { decideReview(input: {reviewId: $id, action: APPROVE}) { userErrors { message } } }", { id: review.id });
  }
  await first.page.reload();
  await settled(first.page);
  await first.page.locator(".mine-post").first().getByText("Published").waitFor();
  return post.id;
}

async function talk(post) {
  await open(first, `/posts/${post}`);
  await open(second, `/posts/${post}`);
  await second.page.locator(".post-foot .like").click();
  await first.page.locator(".post-foot .like", { hasText: "1" }).waitFor();
  await second.page.locator("#comment").fill("Lovely sleeves.");
  await second.page.getByRole("button", { name: "Send" }).click();
  await first.page.getByText("Lovely sleeves.").waitFor();
}

async function boards() {
  await open(first, "/leaderboards/spend");
  await open(second, "/leaderboards/spend");
  const before = await first.page.locator(".my-place").textContent();
  await order(bo.customer, "700.00");
  await second.page.getByText("Ahead of everybody").waitFor();
  await first.page.waitForFunction((was) => document.querySelector(".my-place").textContent !== was, before);
}

async function redeem() {
  const { page } = first;
  await order(ling.customer, "400.00");
  await ask(shop.staff.admin, `mutation ($id: ID!) { adjustPoints(input: {memberId: $id, amount: 1000, reason: "a gift", idempotencyKey: "journey"}) { userErrors { message } } }`, {
    id: (await ask(ling.token, "{ me { id } }")).me.id,
  });
  await open(first, "/rewards");
  await page.getByRole("button", { name: "Coupons" }).click();
  await page.locator(".reward").first().click();
  await page.getByRole("button", { name: "Redeem" }).click();
  await page.getByRole("heading", { name: "It is yours" }).waitFor();
  await page.getByRole("dialog").getByRole("link", { name: "Coupons" }).click();
  await page.locator(".ticket").first().waitFor();
}

async function offline(post) {
  const { page, context } = first;
  await open(first, `/posts/${post}`);
  await context.setOffline(true);
  await page.locator(".post-foot .like").click();
  await page.locator(".post-foot .like[aria-pressed=true]").waitFor();
  await page.waitForTimeout(500);
  await context.setOffline(false);
  for (let turn = 0; turn < 60; turn += 1) {
    const { post: now } = await ask(ling.token, "query ($id: ID!) { post(id: $id) { viewerLiked likeCount } }", { id: post });
    if (now.viewerLiked && now.likeCount === 2) return;
    await page.waitForTimeout(500);
  }
  throw new Error("the like was never sent");
}

async function group() {
  const { page } = first;
  const deal = shop.fill["/deals/:id"];
  await open(second, `/deals/${deal}`);
  await open(first, `/deals/${deal}`);
  await page.getByRole("button", { name: "Join them" }).click();
  await page.getByRole("button", { name: "Leave the group" }).waitFor();
  await second.page.getByText("1 more needed").waitFor();
}

async function order(customer, total) {
  const now = new Date().toISOString();
  await ask(shop.staff.service, "mutation ($it: [ActivityInput!]!) { ingestActivities(input: {activities: $it}) { userErrors { message } } }", {
    it: [{ type: "order.paid", source: "shop", externalId: `journey-${customer}-${now}`, customerRef: customer, occurredAt: now, attributes: { orderRef: `j-${now}`, total, currency: "USD", itemCount: 1 } }],
  });
}

async function ask(token, query, variables = {}) {
  const answer = await fetch(`${shop.address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const body = await answer.json();
  if (body.errors) throw new Error(body.errors[0].message);
  return body.data;
}
