/** The frame around every screen: what is wrong with the line, the page, and the five tabs. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useLineState } from "@/graph/hooks";
import { useSpeech, type Key } from "@/i18n";
import { Icon, type IconName } from "@/ui/Icon";
import { journey } from "./Top";
import "./shell.css";

const TABS: readonly { to: string; icon: IconName; words: Key; also: RegExp }[] = [
  { to: "/", icon: "home", words: "tab.home", also: /^\/$/ },
  { to: "/challenges", icon: "flag", words: "tab.challenges", also: /^\/challenges/ },
  { to: "/show", icon: "camera", words: "tab.show", also: /^\/(show|posts|compose|search|topics)/ },
  { to: "/leaderboards", icon: "podium", words: "tab.boards", also: /^\/leaderboards/ },
  { to: "/me", icon: "person", words: "tab.me", also: /^\/(me|points|tiers|badges|rewards|coupons|settings|messages|check-in|members|redemptions|membership|my-posts)/ },
];

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useSpeech();
  const [path] = useLocation();
  const page = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    journey.steps += 1;
    window.scrollTo(0, 0);
    page.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {t("do.skip")}
      </a>
      <LineBanner />
      <main id="page" className="page" ref={page} tabIndex={-1}>
        {children}
      </main>
      <nav className="tabs" aria-label={t("tab.all")}>
        <ul>
          {TABS.map(({ to, icon, words, also }) => {
            const here = also.test(path);
            return (
              <li key={to}>
                <Link href={to} aria-current={here ? "page" : undefined}>
                  <Icon name={icon} filled={false} />
                  <span>{t(words)}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
    </div>
  );
}

function LineBanner() {
  const { t } = useSpeech();
  const state = useLineState();
  const [back, setBack] = useState(false);
  const wasAway = useRef(false);
  useEffect(() => {
    if (state === "away") wasAway.current = true;
    if (state !== "here" || !wasAway.current) return;
    wasAway.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), 2500);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" className="line">
      {state === "away" && (
        <p className="line-away">
          <Icon name="cloud" size={20} /> {t("say.away")}
        </p>
      )}
      {state === "here" && back && <p className="line-back">{t("say.back")}</p>}
    </div>
  );
}
