/** What points buy: gifts, coupons, badges, privileges. */
import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { Rewards as RewardsDocument, type RewardKind, type RewardShown } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Skeleton } from "@/ui/parts";
import { Rolling } from "@/ui/Rolling";
import { RewardFace } from "./RewardFace";
import { RewardSheet } from "./RewardSheet";
import "./rewards.css";

const KINDS: readonly (RewardKind | null)[] = [null, "GIFT", "COUPON", "PRIVILEGE", "BADGE"];

export default function Rewards({ params }: ScreenProps) {
  const { t } = useSpeech();
  const [kind, setKind] = useState<RewardKind | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(params["key"] ? decodeURIComponent(params["key"]) : null);
  const asked = useAsk(RewardsDocument, { after });
  return (
    <>
      <Top title={t("home.rewards")} back="/">
        <Link href="/redemptions" className="icon-button" aria-label={t("reward.mine")}>
          <Icon name="clock" />
        </Link>
      </Top>
      <Loaded asked={asked} skeleton={<Skeleton height={210} count={3} />}>
        {({ me, rewards }) => {
          const all = (rewards?.nodes ?? []).filter((one) => kind === null || one.kind === kind);
          const balance = me?.points?.available ?? null;
          const shown = rewards?.nodes.find((one) => one.key === open);
          return (
            <>
              {balance !== null && (
                <p className="reward-balance">
                  <span>{t("reward.balance")}</span> <strong className="number"><Rolling value={balance} /></strong>
                </p>
              )}
              <div className="choices" role="group" aria-label={t("reward.which")}>
                {KINDS.map((one) => (
                  <button key={one ?? "ALL"} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
                    {t(`reward.kind.${(one ?? "ALL").toLowerCase()}` as "reward.kind.all")}
                  </button>
                ))}
              </div>
              {all.length === 0 ? (
                <Blank title={t("reward.none")} />
              ) : (
                <ul className="rewards">
                  {all.map((one) => (
                    <li key={one.id}><Tile reward={one} onOpen={() => setOpen(one.key)} /></li>
                  ))}
                </ul>
              )}
              <More has={rewards?.pageInfo.hasNextPage ?? false} busy={asked.busy} load={() => setAfter(rewards?.pageInfo.endCursor ?? null)} />
              {shown && <RewardSheet reward={shown} balance={balance} onClose={() => setOpen(null)} />}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Tile({ reward, onOpen }: { reward: RewardShown; onOpen: () => void }) {
  const { t, spoken } = useSpeech();
  const out = reward.stock === 0;
  return (
    <button type="button" className={`reward ${out ? "out" : ""}`} onClick={onOpen}>
      <RewardFace reward={reward} />
      <strong>{spoken(reward.name)}</strong>
      <span className="reward-cost">{reward.cost === 0 ? t("reward.free") : t("points.n", { n: reward.cost })}</span>
      <span className="chips">
        {reward.minimumTier && <span className="chip soft"><Icon name="lock" size={14} /> {spoken(reward.minimumTier.name)}</span>}
        {out ? <span className="chip heart">{t("reward.sold_out")}</span> : reward.stock !== null && reward.stock <= 50 && <span className="chip bloom">{t("reward.left", { n: reward.stock })}</span>}
      </span>
    </button>
  );
}

/** Sales with a window and a stock, those that run first. */
export function useFlash(rewards: readonly RewardShown[], now: number): RewardShown[] {
  return useMemo(
    () =>
      rewards
        .filter((one) => one.endsAt !== null && Date.parse(one.endsAt) > now - 86_400_000)
        .sort((one, other) => Date.parse(one.startsAt ?? "") - Date.parse(other.startsAt ?? "")),
    [rewards, Math.floor(now / 60_000)],
  );
}
