/** What happens to the member while they look: points, badges, tiers, progress, messages. */
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import {
  Account, BadgesLive, ChallengesLive, NotificationsLive, PointsLive, TierLive,
  type BadgesLiveData, type TierLiveData,
} from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useHear, useReturns } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Wreath } from "@/ui/Laurel";
import { useToast } from "@/ui/Toast";
import { Sheet } from "@/ui/Sheet";
import "./live.css";

type Joy = { kind: "badge"; award: BadgesLiveData["badgeAwarded"] } | { kind: "tier"; tier: TierLiveData["tierChanged"] };

export function Live() {
  return useSession() === null ? null : <Listening />;
}

function Listening() {
  const { t, spoken, signed } = useSpeech();
  const toast = useToast();
  const [joys, setJoys] = useState<Joy[]>([]);
  const account = useSettled();
  const level = useRef<number | null>(null);

  useHear(PointsLive, {}, ({ pointsChanged: entry }) => {
    account();
    if (entry.kind === "EARN" && entry.amount > 0) {
      toast(`${signed(entry.amount)} · ${spoken(entry.description)}`, "points");
    }
  });
  useHear(NotificationsLive, {}, () => account());
  useHear(ChallengesLive, {}, ({ challengeProgressed: one }) => {
    if (one.state === "COMPLETED") toast(t("live.challenge", { name: spoken(one.challenge.name) }), "points");
  });
  useHear(BadgesLive, {}, ({ badgeAwarded: award }) => setJoys((now) => [...now, { kind: "badge", award }]));
  useHear(TierLive, {}, ({ tierChanged: tier }) => {
    const risen = level.current === null || tier.current.level > level.current;
    level.current = tier.current.level;
    if (risen && tier.current.level > 0) setJoys((now) => [...now, { kind: "tier", tier }]);
  });

  const joy = joys[0];
  if (joy === undefined) return null;
  const done = () => setJoys((now) => now.slice(1));
  return <Celebration joy={joy} onClose={done} />;
}

/** Asks for the balance once things have been quiet for a moment, and after each return. */
function useSettled(): () => void {
  const client = useClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const returns = useReturns();
  const ask = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      client.query(Account, {}, { requestPolicy: "network-only" }).toPromise().catch(() => {});
    }, 150);
  };
  useEffect(() => {
    if (returns > 0) ask();
    return () => clearTimeout(timer.current);
  }, [returns]);
  return ask;
}

function Celebration({ joy, onClose }: { joy: Joy; onClose: () => void }) {
  const { t, spoken } = useSpeech();
  const badge = joy.kind === "badge";
  const name = spoken(badge ? joy.award.badge.name : joy.tier.current.name);
  return (
    <Sheet title={t(badge ? "live.badge" : "live.tier")} onClose={onClose}>
      <div className="joy">
        <div className="joy-medal">
          <Wreath size={220} className="joy-wreath" />
          {badge ? <img src={joy.award.image.url} alt="" width={120} height={120} /> : <span className="joy-level">{name.slice(0, 1)}</span>}
          <Petals />
        </div>
        <p className="joy-name">{name}</p>
        {badge && <p className="soft">{t("badge.level", { n: joy.award.level })} · {spoken(joy.award.badge.description)}</p>}
        <Link href={badge ? "/badges" : "/tiers"} className="button bloom" onClick={onClose}>
          {t(badge ? "live.see_badges" : "live.see_tiers")}
        </Link>
      </div>
    </Sheet>
  );
}

/** Osmanthus falls for a moment; not where motion is unwanted. */
function Petals() {
  return (
    <span className="petals" aria-hidden="true">
      {Array.from({ length: 18 }, (_, index) => (
        <i key={index} className={`petal petal-${index % 6}`} />
      ))}
    </span>
  );
}
