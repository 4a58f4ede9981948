/** An offer to buy together or to bargain, and the way to begin. */
import { Link, useLocation } from "wouter";
import { StartBargain, StartGroup, type Offer } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Button } from "@/ui/parts";
import "./deals.css";

export function OfferCard({ offer }: { offer: Offer }) {
  const { t, spoken, money } = useSpeech();
  const member = useSession() !== null;
  const [, go] = useLocation();
  const group = useDo(StartGroup);
  const bargain = useDo(StartBargain);
  const together = offer.kind === "GROUP_BUY";
  const mine = together ? offer.myGroupBuy : offer.myBargain;
  const picture = offer.product.image?.url ?? offer.product.imageUrl;
  const start = async () => {
    if (!member) return go("/sign-in");
    const product = offer.product.id;
    const id = together
      ? (await group.run({ product }))?.startGroupBuy?.groupBuy?.id
      : (await bargain.run({ product }))?.startBargain?.bargain?.id;
    if (id) go(`/deals/${id}`);
  };
  const out = offer.stock === 0;
  return (
    <article className="card offer">
      <span className="offer-picture">{picture ? <img src={picture} alt="" width={104} height={104} loading="lazy" /> : <Icon name="gift" size={40} />}</span>
      <div className="grow stack offer-words">
        <span className={`chip ${together ? "sky" : "heart"}`}>{t(together ? "deal.group_n" : "deal.bargain_n", { n: offer.size })}</span>
        <strong>{spoken(offer.product.name)}</strong>
        <p>
          <b className="number offer-price">{money(offer.price)}</b>{" "}
          {offer.product.price && <s className="soft small">{money(offer.product.price)}</s>}
        </p>
        <p className="soft small">{t("deal.hours", { n: offer.hours })}{offer.stock !== null && ` · ${t("reward.left", { n: offer.stock })}`}</p>
        {mine ? (
          <Link href={`/deals/${mine.id}`} className="button slim">{t("deal.mine")}</Link>
        ) : (
          <Button tone="bloom" slim busy={group.busy || bargain.busy} disabled={!offer.active || out} onClick={() => void start()}>
            {t(out ? "reward.sold_out" : together ? "deal.start_group" : "deal.start_bargain")}
          </Button>
        )}
      </div>
    </article>
  );
}
