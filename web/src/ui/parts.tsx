/** Small parts: buttons, people, pictures, progress, stars. */
import { useState, type ButtonHTMLAttributes, type CSSProperties, type ReactNode } from "react";
import { Link } from "wouter";
import { useSpeech } from "@/i18n";
import { Icon } from "./Icon";
import { Sprig } from "./Laurel";

type Tone = "leaf" | "bloom" | "plain" | "bad";

export function Button({
  tone = "leaf",
  whole = false,
  slim = false,
  busy = false,
  className = "",
  disabled,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: Tone; whole?: boolean; slim?: boolean; busy?: boolean }) {
  const classes = ["button", tone, whole && "whole", slim && "slim", className].filter(Boolean).join(" ");
  return <button type="button" className={classes} disabled={disabled || busy} aria-busy={busy || undefined} {...rest} />;
}

export function Avatar({ member, size = 40 }: { member: { displayName: string; avatar: { url: string } | null }; size?: number }) {
  const style: CSSProperties = { width: size, height: size, fontSize: size * 0.42 };
  const first = [...member.displayName][0]?.toUpperCase() ?? "·";
  return (
    <span className="avatar" style={style} aria-hidden="true">
      {member.avatar ? <img src={member.avatar.url} alt="" loading="lazy" width={size} height={size} /> : first}
    </span>
  );
}

export function Photo({
  image,
  ratio,
  eager = false,
}: {
  image: { url: string; width: number; height: number; alt: string | null; color: string };
  /** Width to height; the picture's own unless given. */
  ratio?: number;
  eager?: boolean;
}) {
  const [failed, setFailed] = useState(false);
  return (
    <div className="photo" style={{ aspectRatio: String(ratio ?? image.width / image.height), background: image.color }}>
      {failed ? null : (
        <img
          src={image.url}
          alt={image.alt ?? ""}
          width={image.width}
          height={image.height}
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          onError={() => setFailed(true)}
        />
      )}
    </div>
  );
}

/** `ratio` is 0 to 1. */
export function Bar({ ratio, label }: { ratio: number; label: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, ratio)) * 100);
  return (
    <div className="bar" role="progressbar" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-label={label}>
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

export function Ring({ ratio, size = 64, label, children }: { ratio: number; size?: number; label: string; children?: ReactNode }) {
  const width = Math.max(5, size / 11);
  const radius = (size - width) / 2;
  const round = 2 * Math.PI * radius;
  const part = Math.min(1, Math.max(0, ratio));
  return (
    <span className="ring" role="img" aria-label={label} style={{ width: size, height: size }}>
      <svg width={size} height={size} aria-hidden="true">
        <circle cx={size / 2} cy={size / 2} r={radius} strokeWidth={width} />
        <circle
          cx={size / 2}
          cy={size / 2}
          r={radius}
          strokeWidth={width}
          strokeDasharray={round}
          strokeDashoffset={round * (1 - part)}
          opacity={part > 0 ? 1 : 0}
        />
      </svg>
      <span aria-hidden="true">{children}</span>
    </span>
  );
}

export function Stars({ rating, size = 16 }: { rating: number; size?: number }) {
  const { t } = useSpeech();
  return (
    <span className="stars" role="img" aria-label={t("post.stars", { n: rating })}>
      {[1, 2, 3, 4, 5].map((star) => (
        <Icon key={star} name="star" size={size} filled={star <= Math.round(rating)} />
      ))}
    </span>
  );
}

export function Section({ title, more, children }: { title: string; more?: { to: string; words: string }; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {more && <Link href={more.to}>{more.words}</Link>}
      </div>
      {children}
    </section>
  );
}

export function Skeleton({ height, count = 1 }: { height: number; count?: number }) {
  return (
    <div className="stack" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="skeleton" style={{ height }} />
      ))}
    </div>
  );
}

export function Blank({ title, words, children }: { title: string; words?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <Sprig size={72} />
      <h2>{title}</h2>
      {words && <p>{words}</p>}
      {children}
    </div>
  );
}
