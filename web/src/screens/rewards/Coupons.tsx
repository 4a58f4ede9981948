/** The wallet of coupons: tickets with a code to show or to copy. */
import { useState } from "react";
import { Link } from "wouter";
import { Top } from "@/app/Top";
import { Coupons as CouponsDocument, type CouponsData, type CouponState } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Skeleton } from "@/ui/parts";
import { copy } from "@/ui/share";
import { useToast } from "@/ui/Toast";
import "./rewards.css";

type Coupon = NonNullable<NonNullable<CouponsData["me"]>["coupons"]>["nodes"][number];

const STATES: readonly CouponState[] = ["USABLE", "USED", "EXPIRED"];

export default function Coupons() {
  const { t } = useSpeech();
  const [state, setState] = useState<CouponState>("USABLE");
  return (
    <>
      <Top title={t("home.coupons")} back="/" />
      <div className="choices" role="group" aria-label={t("coupon.which")}>
        {STATES.map((one) => (
          <button key={one} type="button" aria-pressed={one === state} onClick={() => setState(one)}>
            {t(`coupon.state.${one.toLowerCase()}` as "coupon.state.usable")}
          </button>
        ))}
      </div>
      <List key={state} state={state} />
    </>
  );
}

function List({ state }: { state: CouponState }) {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(CouponsDocument, { state, after });
  return (
    <Loaded asked={asked} skeleton={<Skeleton height={128} count={3} />}>
      {({ me }) => {
        const coupons = me?.coupons;
        if (!coupons || coupons.nodes.length === 0) {
          return (
            <Blank title={t("coupon.none")} words={t("coupon.none_more")}>
              <Link href="/rewards" className="button bloom">{t("home.rewards")}</Link>
            </Blank>
          );
        }
        return (
          <>
            <ul className="stack">
              {coupons.nodes.map((one) => <li key={one.id}><Ticket coupon={one} /></li>)}
            </ul>
            <More has={coupons.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(coupons.pageInfo.endCursor)} />
          </>
        );
      }}
    </Loaded>
  );
}

function Ticket({ coupon }: { coupon: Coupon }) {
  const { t, spoken, money, day } = useSpeech();
  const toast = useToast();
  const { template } = coupon;
  const usable = coupon.state === "USABLE";
  const value =
    template.discountKind === "FIXED" && template.discount !== null
      ? money({ amount: template.discount, currency: template.currency })
      : template.discountKind === "PERCENT" && template.discount !== null
        ? `−${Number(template.discount)}%`
        : t(template.discountKind === "GIFT" ? "coupon.gift" : "coupon.shipping");
  return (
    <article className={`ticket ${usable ? "" : "done"}`}>
      <p className="ticket-value number">{value}</p>
      <div className="ticket-words">
        <strong>{spoken(template.name)}</strong>
        {template.minimumSpend && <span className="soft small">{t("coupon.from", { amount: money(template.minimumSpend) })}</span>}
        <span className="soft small">
          {usable
            ? t("coupon.until", { day: day(coupon.expiresAt, "short") })
            : coupon.usedAt
              ? t("coupon.used", { day: day(coupon.usedAt, "short") })
              : t(`coupon.state.${coupon.state.toLowerCase()}` as "coupon.state.expired")}
        </span>
        {usable && (
          <button
            type="button"
            className="ticket-code"
            aria-label={`${t("do.copy")} ${coupon.code}`}
            onClick={() => void copy(coupon.code).then((done) => done && toast(t("do.copied")))}
          >
            <span className="number">{coupon.code}</span> <Icon name="copy" size={18} />
          </button>
        )}
      </div>
    </article>
  );
}
