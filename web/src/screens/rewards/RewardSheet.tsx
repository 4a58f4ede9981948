/** One reward, what it costs, what is left after it, and the way to have it, once a tap. */
import { useState } from "react";
import { Link } from "wouter";
import { Redeem, type RedeemData, type RewardShown } from "@/graph/generated";
import { useDo } from "@/graph/hooks";
import { newKey } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import { Sprig } from "@/ui/Laurel";
import { Button } from "@/ui/parts";
import { copy } from "@/ui/share";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import { RewardFace } from "./RewardFace";

type Redemption = NonNullable<NonNullable<RedeemData["redeemReward"]>["redemption"]>;

export function RewardSheet({ reward, balance, onClose }: { reward: RewardShown; balance: number | null; onClose: () => void }) {
  const { t, spoken, number, day } = useSpeech();
  const [key, setKey] = useState(newKey);
  const [got, setGot] = useState<Redemption | null>(null);
  const { run, busy } = useDo(Redeem);
  const redeem = async () => {
    const done = await run({ reward: reward.id, key });
    if (!done) return;
    setKey(newKey());
    setGot(done.redeemReward?.redemption ?? null);
  };
  if (got) return <Got redemption={got} name={spoken(reward.name)} onClose={onClose} />;
  const barred = reward.viewerIneligibility;
  const after = balance === null ? null : balance - reward.cost;
  return (
    <Sheet title={spoken(reward.name)} onClose={onClose}>
      <RewardFace reward={reward} large />
      <p className="reward-about">{spoken(reward.description)}</p>
      <dl className="facts">
        <dt>{t("reward.cost")}</dt>
        <dd className="number">{reward.cost === 0 ? t("reward.free") : number(reward.cost)}</dd>
        {after !== null && after >= 0 && <><dt>{t("reward.after")}</dt><dd className="number">{number(after)}</dd></>}
        {reward.stock !== null && <><dt>{t("reward.stock")}</dt><dd className="number">{number(reward.stock)}</dd></>}
        {reward.perMemberLimit !== null && <><dt>{t("reward.limit")}</dt><dd>{number(reward.perMemberLimit)}</dd></>}
        {reward.minimumTier && <><dt>{t("reward.tier")}</dt><dd>{spoken(reward.minimumTier.name)}</dd></>}
        {reward.endsAt && <><dt>{t("reward.until")}</dt><dd>{day(reward.endsAt)}</dd></>}
      </dl>
      {balance === null ? (
        <Link href="/sign-in" className="button whole" onClick={onClose}>{t("enter.in")}</Link>
      ) : (
        <Button tone="bloom" whole busy={busy} disabled={barred !== null} onClick={() => void redeem()}>
          {t("reward.redeem")}
        </Button>
      )}
      {barred && (
        <p className="soft">
          {(reward.viewerMissingPoints ?? 0) > 0 ? t("reward.missing", { n: reward.viewerMissingPoints ?? 0 }) : barred.message}
        </p>
      )}
    </Sheet>
  );
}

function Got({ redemption, name, onClose }: { redemption: Redemption; name: string; onClose: () => void }) {
  const { t, day } = useSpeech();
  const toast = useToast();
  const { coupon } = redemption;
  return (
    <Sheet title={t("reward.got")} onClose={onClose}>
      <div className="got">
        <Sprig size={112} />
        <h3>{name}</h3>
        {coupon ? (
          <button type="button" className="got-code" onClick={() => void copy(coupon.code).then((done) => done && toast(t("do.copied")))}>
            <strong className="number">{coupon.code}</strong>
            <span className="small">{t("coupon.until", { day: day(coupon.expiresAt, "short") })} · {t("do.copy")}</span>
          </button>
        ) : (
          <p className="soft">{t("reward.got_words")}</p>
        )}
      </div>
      <Link href={coupon ? "/coupons" : "/redemptions"} className="button plain whole" onClick={onClose}>
        {t(coupon ? "home.coupons" : "reward.mine")}
      </Link>
    </Sheet>
  );
}
