// A phone: Chromium at 390 by 844, signed in as somebody, in a language, light or dark.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const PHONE = { width: 390, height: 844 };

export function chromiumPath() {
  return PLACES.find((place) => place && existsSync(place)) ?? null;
}

export async function openBrowser() {
  return chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
}

/** `caller` is one of `/try`; null for a visitor. */
export async function openPhone(browser, { address, caller = null, language = "zh-CN", theme = "light", viewport = PHONE, reduced = true }) {
  const context = await browser.newContext({
    baseURL: address,
    viewport,
    deviceScaleFactor: 1,
    hasTouch: true,
    isMobile: viewport.width < 600,
    locale: language,
    timezoneId: "Asia/Shanghai",
    colorScheme: theme,
    reducedMotion: reduced ? "reduce" : "no-preference",
    serviceWorkers: "block",
  });
  await context.addInitScript(
    ({ caller, language, theme }) => {
      localStorage.setItem("laurels.language", language);
      localStorage.setItem("laurels.theme", theme);
      if (caller && !localStorage.getItem("laurels.session")) {
        const key = caller.customer ?? caller.role;
        const session = { key, accessToken: caller.token, expiresAt: Date.now() + 3_600_000, refreshToken: null, demo: key };
        localStorage.setItem("laurels.session", JSON.stringify(session));
      }
    },
    { caller, language, theme },
  );
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  return { context, page, faults };
}

/** Waits until nothing of the screen is still on its way. */
export async function settled(page) {
  await page.waitForSelector("#app h1, #app h2", { timeout: 15_000 });
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton:not([data-sample] *)"), null, { timeout: 15_000 });
  await page.evaluate(() => Promise.all([...document.images].filter((one) => one.loading === "eager").map((one) => one.decode().catch(() => {}))));
}

export async function callers(address) {
  return (await (await fetch(`${address}/try`, { headers: { "accept-language": "en" } })).json()).callers;
}
