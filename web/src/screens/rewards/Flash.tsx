/** Flash sales, by the shop's own clock: counting down, selling out. */
import { useEffect, useRef, useState } from "react";
import { Top } from "@/app/Top";
import { Rewards, type RewardShown } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button, Skeleton } from "@/ui/parts";
import { timeLeft } from "@/ui/time";
import { useFlash } from "./Rewards";
import { RewardFace } from "./RewardFace";
import { RewardSheet } from "./RewardSheet";
import "./rewards.css";

const LOOK_AGAIN = 15_000;

export default function Flash() {
  const { t } = useSpeech();
  const asked = useAsk(Rewards, { after: null });
  const now = useShopClock(asked.data?.programme?.now);
  const sales = useFlash(asked.data?.rewards?.nodes ?? [], now);
  const [open, setOpen] = useState<string | null>(null);
  const again = useRef(asked.again);
  again.current = asked.again;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again.current(), LOOK_AGAIN);
    return () => clearInterval(timer);
  }, []);
  const shown = sales.find((one) => one.id === open);
  return (
    <>
      <Top title={t("home.flash")} back="/" />
      <Loaded asked={asked} skeleton={<Skeleton height={260} count={2} />}>
        {({ me }) =>
          sales.length === 0 ? (
            <Blank title={t("flash.none")} words={t("flash.none_more")} />
          ) : (
            <>
              <ul className="stack">
                {sales.map((one) => (
                  <li key={one.id}><Sale reward={one} now={now} onOpen={() => setOpen(one.id)} /></li>
                ))}
              </ul>
              {shown && <RewardSheet reward={shown} balance={me?.points?.available ?? null} onClose={() => setOpen(null)} />}
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Sale({ reward, now, onOpen }: { reward: RewardShown; now: number; onOpen: () => void }) {
  const { t, spoken } = useSpeech();
  const begins = reward.startsAt !== null && Date.parse(reward.startsAt) > now;
  const left = timeLeft((begins ? reward.startsAt : reward.endsAt) ?? "", now);
  const over = !begins && left.over;
  const out = reward.stock === 0;
  return (
    <article className="card sale">
      <RewardFace reward={reward} large />
      <h2>{spoken(reward.name)}</h2>
      <p className="soft">{spoken(reward.description)}</p>
      {over ? (
        <p className="chip soft">{t("challenge.ended")}</p>
      ) : (
        <div className="countdown" role="timer" aria-label={t(begins ? "flash.begins" : "flash.ends")}>
          <span>{t(begins ? "flash.begins" : "flash.ends")}</span>
          <b className="number">
            {left.days > 0 && <i>{t("time.days", { n: left.days })}</i>}
            {[left.hours, left.minutes, left.seconds].map((one, index) => (
              <i key={index}>{String(one).padStart(2, "0")}</i>
            ))}
          </b>
        </div>
      )}
      {reward.stock !== null && (
        <p className={out ? "chip heart" : "chip bloom"}>{out ? t("reward.sold_out") : t("reward.left", { n: reward.stock })}</p>
      )}
      <Button tone="bloom" whole disabled={over || out} onClick={onOpen}>
        {t("points.n", { n: reward.cost })} · {t(begins ? "flash.look" : "flash.grab")}
      </Button>
    </article>
  );
}

/** The shop's time in milliseconds, walking on by our own clock from what it last said. */
export function useShopClock(said: string | undefined): number {
  const [now, setNow] = useState(Date.now);
  const ahead = useRef(0);
  useEffect(() => {
    if (said) ahead.current = Date.parse(said) - Date.now();
    setNow(Date.now() + ahead.current);
  }, [said]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + ahead.current), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
