/** What can be bought together or bargained down. */
import { Top } from "@/app/Top";
import { DealOffers } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Blank, Skeleton } from "@/ui/parts";
import { OfferCard } from "./OfferCard";

export default function Deals() {
  const { t } = useSpeech();
  const asked = useAsk(DealOffers, {});
  return (
    <>
      <Top title={t("deal.title")} back="/" />
      <Loaded asked={asked} skeleton={<Skeleton height={150} count={4} />}>
        {({ products }) => {
          const offers = (products?.nodes ?? []).flatMap((one) => one.dealOffers).filter((one) => one.active || one.myGroupBuy || one.myBargain);
          if (offers.length === 0) return <Blank title={t("deal.none")} words={t("deal.none_more")} />;
          return <ul className="stack">{offers.map((one) => <li key={one.id}><OfferCard offer={one} /></li>)}</ul>;
        }}
      </Loaded>
    </>
  );
}
