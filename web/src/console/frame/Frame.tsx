/** The desk's frame: where one can go, how the line is, and the screen. */
import { Suspense, useEffect, useRef, useState } from "react";
import { Link, Route, Router, Switch, useLocation } from "wouter";
import { Guard } from "@/app/Guard";
import { useAsk, useHear, useLineState } from "@/graph/hooks";
import { keep, recall } from "@/graph/kept";
import { end } from "@/graph/session";
import { LANGUAGES, useSpeech, type Language } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Wreath } from "@/ui/Laurel";
import { Gone } from "@/ui/Loaded";
import { Avatar, Skeleton } from "@/ui/parts";
import { DeskLive, DeskWaiting } from "../generated";
import { SCREENS, SECTIONS } from "./screens";
import { useViewer, ViewerContext, type Viewer } from "./viewer";
import { WaitingContext } from "./waiting";

export function Frame({ viewer }: { viewer: Viewer }) {
  return (
    <ViewerContext value={viewer}>
      <Router base="/console">
        <Desk />
      </Router>
    </ViewerContext>
  );
}

function Desk() {
  const { t } = useSpeech();
  const { admin } = useViewer();
  const [path] = useLocation();
  const page = useRef<HTMLElement>(null);
  const before = useRef(path);
  const waiting = useWaiting();
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    page.current?.scrollTo(0, 0);
    page.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <WaitingContext value={waiting}>
      <div className="desk">
        <a className="skip" href="#page">{t("do.skip")}</a>
        <Rail waiting={waiting} />
        <div className="work">
          <div role="status"><Away /></div>
          <main id="page" ref={page} tabIndex={-1}>
            <Guard>
              <Suspense fallback={<div className="desk-page"><Skeleton height={120} count={4} /></div>}>
                <Switch>
                  {SCREENS.filter((one) => admin || !one.admin).map(({ path: where, of: Of }) => (
                    <Route key={where} path={where}>
                      {(params) => <Of key={JSON.stringify(params)} params={params as Record<string, string>} />}
                    </Route>
                  ))}
                  <Route><Gone /></Route>
                </Switch>
              </Suspense>
            </Guard>
          </main>
        </div>
      </div>
    </WaitingContext>
  );
}

/** How many items wait for a decision: asked once, then told. */
function useWaiting(): number {
  const first = useAsk(DeskWaiting, {}).data;
  const [told, setTold] = useState<number | null>(null);
  useHear(DeskLive, {}, ({ reviewQueueChanged }) => setTold(reviewQueueChanged.openCount));
  return told ?? (first?.open?.totalCount ?? 0) + (first?.claimed?.totalCount ?? 0);
}

function Away() {
  const { t } = useSpeech();
  if (useLineState() !== "away") return null;
  return (
    <p className="desk-line">
      <Icon name="cloud" size={20} /> {t("console.away")}
    </p>
  );
}

function Rail({ waiting }: { waiting: number }) {
  const { t, spoken, number } = useSpeech();
  const viewer = useViewer();
  const [path] = useLocation();
  return (
    <nav className="rail" aria-label={t("console.sections")}>
      <Link href="/" className="rail-brand">
        <Wreath size={34} />
        <span>
          {t("app.name")}
          <small>{spoken(viewer.shop)}</small>
        </span>
      </Link>
      {SECTIONS.map(({ title, places }) => {
        const open = places.filter((one) => viewer.admin || !one.admin);
        return open.length === 0 ? null : (
          <section key={title} aria-label={t(title)}>
            <h2 aria-hidden="true">{t(title)}</h2>
            <ul>
              {open.map(({ to, icon, words, also, counted }) => (
                <li key={to}>
                  <Link href={to} aria-current={(also ? also.test(path) : path === to) ? "page" : undefined}>
                    <Icon name={icon} size={20} />
                    {t(words)}
                    {counted && waiting > 0 && (
                      <span className="rail-count" aria-label={t("console.waiting", { n: waiting })}>{number(waiting)}</span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      <div className="rail-foot">
        <Choices />
        <div className="rail-me">
          <Avatar member={viewer} size={32} />
          <span className="grow">
            <span className="clip">{viewer.displayName}</span>
            <small>{t(viewer.admin ? "console.role.admin" : "console.role.moderator")}</small>
          </span>
          <button type="button" className="rail-out" onClick={end}>{t("enter.out")}</button>
        </div>
      </div>
    </nav>
  );
}

const THEME = "laurels.theme";

function Choices() {
  const { t, language, choose } = useSpeech();
  const [theme, setTheme] = useState(recall(THEME) ?? "auto");
  const wear = (chosen: string) => {
    setTheme(chosen);
    keep(THEME, chosen === "auto" ? null : chosen);
    const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset["choice"] = chosen;
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  };
  return (
    <>
      <select aria-label={t("console.language")} value={language} onChange={(event) => choose(event.target.value as Language)}>
        {Object.entries(LANGUAGES).map(([key, name]) => <option key={key} value={key}>{name}</option>)}
      </select>
      <select aria-label={t("console.theme")} value={theme} onChange={(event) => wear(event.target.value)}>
        <option value="auto">{t("console.theme.auto")}</option>
        <option value="light">{t("console.theme.light")}</option>
        <option value="dark">{t("console.theme.dark")}</option>
      </select>
    </>
  );
}
