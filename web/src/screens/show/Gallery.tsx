/** A post's pictures, to walk through with a finger or the keys; a tap shows them whole. */
import { useRef, useState } from "react";
import type { Picture } from "@/graph/generated";
import { useSpeech } from "@/i18n";
import { Photo } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";

export function Gallery({ images }: { images: readonly Picture[] }) {
  const { t } = useSpeech();
  const strip = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState(0);
  const [large, setLarge] = useState<number | null>(null);
  const first = images[0]!;
  const ratio = Math.min(1.4, Math.max(0.75, first.width / first.height));
  const one = large === null ? undefined : images[large];
  return (
    <div className="gallery">
      <ul
        ref={strip}
        onScroll={(event) => {
          const { scrollLeft, clientWidth } = event.currentTarget;
          setShown(Math.round(scrollLeft / Math.max(1, clientWidth)));
        }}
      >
        {images.map((image, index) => (
          <li key={image.id}>
            <button type="button" onClick={() => setLarge(index)} aria-label={t("post.picture", { n: index + 1, all: images.length })}>
              <Photo image={image} ratio={ratio} eager={index === 0} />
            </button>
          </li>
        ))}
      </ul>
      {images.length > 1 && (
        <p className="gallery-dots" aria-hidden="true">
          {images.map((image, index) => (
            <i key={image.id} className={index === shown ? "here" : ""} />
          ))}
        </p>
      )}
      {one && large !== null && (
        <Sheet title={t("post.picture", { n: large + 1, all: images.length })} onClose={() => setLarge(null)}>
          <Photo image={one} eager />
          {one.alt && <p className="soft">{one.alt}</p>}
        </Sheet>
      )}
    </div>
  );
}
