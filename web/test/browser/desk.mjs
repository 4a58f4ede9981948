// A desk: Chromium at 1440 by 900 at the console, signed in as one of the staff.
export const DESK = { width: 1440, height: 900 };

/** `token` is a member of staff's; null stays at the door. */
export async function openDesk(browser, { address, token = null, language = "zh-CN", theme = "light", viewport = DESK }) {
  const context = await browser.newContext({
    baseURL: address,
    viewport,
    deviceScaleFactor: 1,
    locale: language,
    timezoneId: "Asia/Shanghai",
    colorScheme: theme,
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  await context.addInitScript(
    ({ token, language, theme }) => {
      localStorage.setItem("laurels.language", language);
      localStorage.setItem("laurels.theme", theme);
      if (token === null || localStorage.getItem("laurels.session.console")) return;
      const session = { key: "staff", accessToken: token, expiresAt: Date.now() + 3_600_000, refreshToken: null, demo: null };
      localStorage.setItem("laurels.session.console", JSON.stringify(session));
    },
    { token, language, theme },
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
export async function atRest(page) {
  await page.waitForSelector("#console h1, #console h2", { timeout: 20_000 });
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"), null, { timeout: 20_000 });
  await page.evaluate(() => Promise.all([...document.images].filter((one) => one.loading === "eager").map((one) => one.decode().catch(() => {}))));
}
