/** Bars over time, drawn without a library: light, and told in words to who does not see them. */
import { useSpeech } from "@/i18n";
import { bins, top, type Day } from "./bins";

const WIDE = 640;
const HIGH = 150;

export function Plot({ days, before }: { days: readonly Day[]; before?: readonly Day[] | undefined }) {
  const { t, number, day } = useSpeech();
  const bars = bins(days);
  if (bars.length === 0) return null;
  const most = top(Math.max(...bars.map((one) => one.points), 1));
  const step = WIDE / bars.length;
  const sum = days.reduce((all, one) => all + one.points, 0);
  const was = new Map((before ?? []).map((one) => [one.day, one.points]));
  const saved = before ? bins(days.map((one) => ({ ...one, points: was.get(one.day) ?? 0 }))) : [];
  return (
    <figure className="plot">
      <figcaption className="row small soft">
        <span className="grow">{t("rules.by_day")}</span>
        {before && <span className="plot-key"><i className="line" /> {t("rules.saved_version")}</span>}
        <span>{t("rules.top", { n: number(most) })}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={t("rules.plot", { points: number(sum), from: day(bars[0]!.from), to: day(bars[bars.length - 1]!.to) })}>
        {[0.25, 0.5, 0.75].map((part) => <line key={part} x1={0} x2={WIDE} y1={HIGH * part} y2={HIGH * part} className="grid" />)}
        {bars.map((one, index) => {
          const height = (HIGH * one.points) / most;
          return (
            <rect key={one.from} x={index * step + step * 0.12} width={step * 0.76} y={HIGH - height} height={height}>
              <title>{`${day(one.from, "short")}${one.from === one.to ? "" : ` – ${day(one.to, "short")}`}: ${number(one.points)}`}</title>
            </rect>
          );
        })}
        {saved.length > 0 && <polyline points={saved.map((one, index) => `${(index + 0.5) * step},${HIGH - Math.min(HIGH, (HIGH * one.points) / most)}`).join(" ")} />}
      </svg>
      <p className="row small soft"><span className="grow">{day(bars[0]!.from)}</span><span>{day(bars[bars.length - 1]!.to)}</span></p>
    </figure>
  );
}
