/** What a post is about, as a line that leads to all posts about it. */
import { Link } from "wouter";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";

export interface ProductShown {
  id: string;
  sku: string;
  name: string;
  rating: number | null;
  ratingCount: number;
  price: { amount: string; currency: string } | null;
  image: { url: string } | null;
  imageUrl: string | null;
}

export function ProductRow({ product, onPick }: { product: ProductShown; onPick?: () => void }) {
  const { money, spoken } = useSpeech();
  const picture = product.image?.url ?? product.imageUrl;
  const inside = (
    <>
      <span className="product-picture">{picture ? <img src={picture} alt="" width={52} height={52} loading="lazy" /> : <Icon name="gift" />}</span>
      <span className="grow">
        <strong className="product-name">{spoken(product.name)}</strong>
        <span className="soft small">
          {product.price && money(product.price)}
          {product.rating !== null && ` · ★ ${product.rating.toFixed(1)} (${product.ratingCount})`}
        </span>
      </span>
      <Icon name={onPick ? "plus" : "next"} size={20} />
    </>
  );
  return onPick ? (
    <button type="button" className="product" onClick={onPick}>{inside}</button>
  ) : (
    <Link href={`/products/${encodeURIComponent(product.sku)}`} className="product">
      {inside}
    </Link>
  );
}
