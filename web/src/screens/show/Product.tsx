/** A product and what members say about it. */
import type { ComponentProps } from "react";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { ProductDeals, ProductPage } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Gone, Loaded } from "@/ui/Loaded";
import { Photo, Section, Stars } from "@/ui/parts";
import { OfferCard } from "@/screens/deals/OfferCard";
import { Feed } from "./Feed";

export default function Product({ params }: ScreenProps) {
  const { t, money, spoken } = useSpeech();
  const sku = decodeURIComponent(params["sku"] ?? "");
  const asked = useAsk(ProductPage, { sku });
  const deals = useAsk(ProductDeals, { sku });
  return (
    <>
      <Top title={asked.data?.product ? spoken(asked.data.product.name) : t("product.title")} back="/show" />
      <Loaded asked={asked}>
        {({ product }) =>
          product === null ? (
            <Gone />
          ) : (
            <>
              <section className="card stack">
                {product.image && <Photo image={product.image} ratio={1.4} eager />}
                <p className="row">
                  {product.price && <strong className="number product-price">{money(product.price)}</strong>}
                  {product.category && <span className="chip soft">{spoken(product.category)}</span>}
                </p>
                <p className="row soft">
                  {product.rating === null ? t("product.unrated") : <><Stars rating={product.rating} size={20} /> {t("product.ratings", { n: product.ratingCount })}</>}
                </p>
              </section>
              {/* What stands below them waits for the deals: nothing is pushed away by what comes late. */}
              {!deals.loading && (
                <>
                  <Offers offers={deals.data?.product?.dealOffers ?? []} />
                  <Section title={t("home.feed")}>
                    <Feed kind="LATEST" product={product.id} />
                  </Section>
                </>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}

type Offer = ComponentProps<typeof OfferCard>["offer"];

function Offers({ offers }: { offers: readonly Offer[] }) {
  const { t } = useSpeech();
  const open = offers.filter((one) => one.active);
  if (open.length === 0) return null;
  return (
    <Section title={t("deal.title")}>
      <ul className="stack">
        {open.map((one) => <li key={one.id}><OfferCard offer={one} /></li>)}
      </ul>
    </Section>
  );
}
