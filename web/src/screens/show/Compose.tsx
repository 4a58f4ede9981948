/** Showing something: up to nine photos, words, stars, and what it is about. The draft is kept. */
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Top } from "@/app/Top";
import { CreatePost, FindProducts, type Picture } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk, useDo } from "@/graph/hooks";
import { keep, newKey, recall } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import { MOST_PHOTOS, usePhotos, type Sending } from "./photos";
import { ProductRow, type ProductShown } from "./ProductRow";
import "./compose.css";
import "./show.css";

const MOST_LETTERS = 2000;
const MOST_PRODUCTS = 5;

interface Draft {
  text: string;
  rating: number | null;
  products: ProductShown[];
  images: Picture[];
  key: string;
}

export default function Compose() {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const toast = useToast();
  const kept = `laurels.draft.${useSession()?.key ?? ""}`;
  const [draft] = useState(() => readDraft(kept));
  const [text, setText] = useState(draft.text);
  const [rating, setRating] = useState(draft.rating);
  const [products, setProducts] = useState(draft.products);
  const [key, setKey] = useState(draft.key);
  const { photos, add, remove, again } = usePhotos(draft.images, t("compose.photo_failed"));
  const { run, busy, refusals } = useDo(CreatePost);
  const images = photos.flatMap((one) => (one.image ? [one.image] : []));
  const content = JSON.stringify([text, rating, products, images]);
  const before = useRef(content);

  useEffect(() => {
    // Other words are another post: only the very same one may go by the same key.
    const changed = before.current !== content;
    before.current = content;
    const used = changed ? newKey() : key;
    if (changed) setKey(used);
    keep(kept, JSON.stringify({ text, rating, products, images, key: used } satisfies Draft));
  }, [content]);

  const letters = [...text].length;
  const waiting = photos.some((one) => one.state !== "there");
  const empty = text.trim() === "" && images.length === 0;
  const send = async () => {
    const done = await run({
      text,
      images: images.map((one) => one.id),
      products: products.map((one) => one.id),
      rating,
      key,
    });
    if (!done) return;
    keep(kept, null);
    toast(t(done.createPost?.post?.state === "PUBLISHED" ? "compose.published" : "compose.in_review"));
    go("/my-posts", { replace: true });
  };

  return (
    <>
      <Top title={t("compose.title")} back="/show" />
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Photos photos={photos} add={add} remove={remove} again={again} />
        <div className="field">
          <label htmlFor="words">{t("compose.words")}</label>
          <textarea
            id="words"
            className="compose-words"
            rows={5}
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder={t("compose.hint")}
            aria-describedby="letters"
            aria-invalid={refusals.length > 0 || undefined}
          />
          <p id="letters" className={letters > MOST_LETTERS ? "wrong" : "soft small"}>
            {refusals[0]?.message ?? t("compose.letters", { n: letters, most: MOST_LETTERS })}
          </p>
        </div>
        <StarsInput rating={rating} onChange={setRating} />
        <Products products={products} onChange={setProducts} />
        <p className="card compose-note">
          <Icon name="gift" /> <span>{t("compose.reward")}</span>
        </p>
        <Button type="submit" tone="bloom" whole busy={busy} disabled={empty || waiting || letters > MOST_LETTERS}>
          {waiting ? t("compose.waiting") : t("compose.send")}
        </Button>
      </form>
    </>
  );
}

function Photos({ photos, add, remove, again }: {
  photos: readonly Sending[];
  add: (files: readonly File[]) => Promise<void>;
  remove: (key: string) => void;
  again: (key: string) => Promise<void>;
}) {
  const { t } = useSpeech();
  return (
    <fieldset className="photos">
      <legend className="field-label">{t("compose.photos", { n: photos.length, most: MOST_PHOTOS })}</legend>
      <ul>
        {photos.map((one, index) => (
          <li key={one.key} className={one.state}>
            <img src={one.preview} alt={t("post.picture", { n: index + 1, all: photos.length })} />
            {one.state === "sending" && (
              <span className="photo-progress" role="progressbar" aria-label={t("compose.sending")} aria-valuenow={Math.round(one.progress * 100)} aria-valuemin={0} aria-valuemax={100}>
                <i style={{ height: `${100 - one.progress * 100}%` }} />
                <b>{Math.round(one.progress * 100)}%</b>
              </span>
            )}
            {one.state === "failed" && (
              <button type="button" className="photo-again" onClick={() => void again(one.key)}>
                {one.reason} {t("do.again")}
              </button>
            )}
            <button type="button" className="photo-remove" aria-label={t("compose.remove", { n: index + 1 })} onClick={() => remove(one.key)}>
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
        {photos.length < MOST_PHOTOS && (
          <li className="photo-add">
            <label>
              <Icon name="camera" size={30} />
              <span>{t("compose.add")}</span>
              <input
                type="file"
                accept="image/*"
                multiple
                onChange={(event) => {
                  void add([...(event.target.files ?? [])]);
                  event.target.value = "";
                }}
              />
            </label>
          </li>
        )}
      </ul>
    </fieldset>
  );
}

function StarsInput({ rating, onChange }: { rating: number | null; onChange: (rating: number | null) => void }) {
  const { t } = useSpeech();
  return (
    <fieldset className="stars-input">
      <legend className="field-label">{t("compose.rating")}</legend>
      {[1, 2, 3, 4, 5].map((star) => (
        <label key={star} className={rating !== null && star <= rating ? "lit" : ""}>
          <input
            type="radio"
            name="rating"
            className="unseen"
            checked={rating === star}
            onChange={() => onChange(star)}
            onClick={() => rating === star && onChange(null)}
          />
          <span className="unseen">{t("post.stars", { n: star })}</span>
          <Icon name="star" size={32} filled={rating !== null && star <= rating} />
        </label>
      ))}
    </fieldset>
  );
}

function Products({ products, onChange }: { products: ProductShown[]; onChange: (products: ProductShown[]) => void }) {
  const { t, spoken } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <div className="stack">
      <span className="field-label">{t("compose.products")}</span>
      <div className="chips">
        {products.map((one) => (
          <button
            key={one.id}
            type="button"
            className="topic"
            onClick={() => onChange(products.filter((other) => other.id !== one.id))}
            aria-label={t("compose.drop", { name: spoken(one.name) })}
          >
            {spoken(one.name)} <Icon name="close" size={14} />
          </button>
        ))}
        {products.length < MOST_PRODUCTS && (
          <Button tone="plain" slim onClick={() => setOpen(true)}>
            <Icon name="plus" size={18} /> {t("compose.pick")}
          </Button>
        )}
      </div>
      {open && (
        <Picker
          onClose={() => setOpen(false)}
          onPick={(one) => {
            setOpen(false);
            if (!products.some((other) => other.id === one.id)) onChange([...products, one]);
          }}
        />
      )}
    </div>
  );
}

function Picker({ onPick, onClose }: { onPick: (product: ProductShown) => void; onClose: () => void }) {
  const { t } = useSpeech();
  const [words, setWords] = useState("");
  const asked = useAsk(FindProducts, { words: words.trim() || null });
  return (
    <Sheet title={t("compose.pick")} onClose={onClose}>
      <div className="field">
        <label htmlFor="find" className="unseen">{t("compose.find")}</label>
        <input id="find" type="search" value={words} onChange={(event) => setWords(event.target.value)} placeholder={t("compose.find")} />
      </div>
      <Loaded asked={asked}>
        {({ products }) =>
          products && products.nodes.length > 0 ? (
            <ul className="stack">
              {products.nodes.map((one) => (
                <li key={one.id}><ProductRow product={one} onPick={() => onPick(one)} /></li>
              ))}
            </ul>
          ) : (
            <p className="soft">{t("compose.none_found")}</p>
          )
        }
      </Loaded>
    </Sheet>
  );
}

export function readDraft(name: string): Draft {
  const empty: Draft = { text: "", rating: null, products: [], images: [], key: newKey() };
  try {
    return { ...empty, ...(JSON.parse(recall(name) ?? "{}") as Partial<Draft>) };
  } catch {
    return empty;
  }
}
