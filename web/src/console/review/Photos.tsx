/** Photos side by side; one at a time in full size, to zoom into and move about. */
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import type { DeskImage } from "../generated";

const CLOSEST = 6;

export function Photos({ images, zoom, setZoom }: { images: readonly DeskImage[]; zoom: number | null; setZoom: (at: number | null) => void }) {
  const { t } = useSpeech();
  if (images.length === 0) return null;
  const shown = zoom === null ? undefined : images[zoom];
  return (
    <>
      <ul className={`photos of-${Math.min(4, images.length)}`}>
        {images.map((image, index) => (
          <li key={image.id}>
            <button type="button" onClick={() => setZoom(index)} aria-label={t("desk.zoom", { n: index + 1 })} style={{ background: image.color }}>
              <img src={image.url} alt={image.alt ?? ""} width={image.width} height={image.height} />
            </button>
          </li>
        ))}
      </ul>
      {shown && zoom !== null && (
        <Light key={shown.id} image={shown} place={t("desk.photo_of", { at: zoom + 1, all: images.length })} step={(by) => setZoom((zoom + by + images.length) % images.length)} close={() => setZoom(null)} />
      )}
    </>
  );
}

function Light({ image, place, step, close }: { image: DeskImage; place: string; step: (by: number) => void; close: () => void }) {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const held = useRef<{ x: number; y: number } | null>(null);
  const [view, setView] = useState({ scale: 1, x: 0, y: 0 });
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const scaled = (by: number) =>
    setView(({ scale, x, y }) => {
      const next = Math.min(CLOSEST, Math.max(1, scale * by));
      return next === 1 ? { scale: 1, x: 0, y: 0 } : { scale: next, x: (x * next) / scale, y: (y * next) / scale };
    });
  const moved = (event: PointerEvent) => {
    const from = held.current;
    if (from === null) return;
    held.current = { x: event.clientX, y: event.clientY };
    setView((now) => (now.scale === 1 ? now : { ...now, x: now.x + event.clientX - from.x, y: now.y + event.clientY - from.y }));
  };
  return (
    <dialog
      ref={dialog}
      className="light"
      aria-label={place}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={(event) => {
        const done = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), "+": () => scaled(1.5), "=": () => scaled(1.5), "-": () => scaled(1 / 1.5), z: close }[event.key];
        if (!done) return;
        event.preventDefault();
        done();
      }}
    >
      <div className="light-bar">
        <span className="grow">{place}</span>
        <button type="button" className="icon-button" onClick={() => scaled(1 / 1.5)} aria-label={t("desk.smaller")}><b aria-hidden="true">−</b></button>
        <button type="button" className="icon-button" onClick={() => scaled(1.5)} aria-label={t("desk.larger")}><Icon name="plus" /></button>
        <button type="button" className="icon-button" onClick={() => step(-1)} aria-label={t("desk.photo_before")}><Icon name="back" /></button>
        <button type="button" className="icon-button" onClick={() => step(1)} aria-label={t("desk.photo_after")}><Icon name="next" /></button>
        <button type="button" className="icon-button" onClick={close} aria-label={t("do.close")}><Icon name="close" /></button>
      </div>
      <div
        className="light-stage"
        onWheel={(event) => scaled(event.deltaY < 0 ? 1.15 : 1 / 1.15)}
        onDoubleClick={() => (view.scale === 1 ? scaled(2.5) : setView({ scale: 1, x: 0, y: 0 }))}
        onPointerDown={(event) => {
          held.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={moved}
        onPointerUp={() => (held.current = null)}
      >
        <img src={image.large} alt={image.alt ?? ""} draggable={false} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }} />
      </div>
    </dialog>
  );
}
