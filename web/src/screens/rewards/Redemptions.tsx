/** What I redeemed, and what became of it. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { CancelRedemption, Redemptions as RedemptionsDocument, type RedemptionsData } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { RewardFace } from "./RewardFace";
import "./rewards.css";

type Redemption = NonNullable<NonNullable<RedemptionsData["me"]>["redemptions"]>["nodes"][number];

export default function Redemptions() {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(RedemptionsDocument, { after });
  return (
    <>
      <Top title={t("reward.mine")} back="/rewards" />
      <Loaded asked={asked}>
        {({ me }) => {
          const found = me?.redemptions;
          if (!found || found.nodes.length === 0) return <Blank title={t("reward.none_redeemed")} />;
          return (
            <>
              <ul className="stack">
                {found.nodes.map((one) => <li key={one.id}><Row redemption={one} /></li>)}
              </ul>
              <More has={found.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(found.pageInfo.endCursor)} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Row({ redemption }: { redemption: Redemption }) {
  const { t, spoken, moment, number } = useSpeech();
  const [asking, setAsking] = useState(false);
  const { run, busy } = useDo(CancelRedemption);
  return (
    <article className="card row redemption">
      <RewardFace reward={redemption.reward} />
      <div className="grow">
        <strong>{spoken(redemption.reward.name)}</strong>
        <p className="soft small">{moment(redemption.createdAt)} · −{number(redemption.cost)}</p>
        <p className="chips">
          <span className={`chip ${redemption.state === "CONFIRMED" ? "bloom" : redemption.state === "CANCELLED" ? "soft" : ""}`}>
            {t(`reward.state.${redemption.state.toLowerCase()}` as "reward.state.confirmed")}
          </span>
          {redemption.coupon && <span className="chip soft number">{redemption.coupon.code}</span>}
        </p>
        {redemption.state === "CONFIRMED" && <Button tone="plain" slim onClick={() => setAsking(true)}>{t("reward.cancel")}</Button>}
      </div>
      {asking && (
        <Sheet title={t("reward.cancel")} onClose={() => setAsking(false)}>
          <p>{t("reward.cancel_words")}</p>
          <Button tone="bad" whole busy={busy} onClick={() => void run({ id: redemption.id }).then(() => setAsking(false))}>{t("reward.cancel")}</Button>
        </Sheet>
      )}
    </article>
  );
}
