/** A number that walks to its new value; it jumps where motion is unwanted. */
import { useEffect, useRef, useState } from "react";
import { useSpeech } from "@/i18n";

const TIME = 700;

export function Rolling({ value }: { value: number }) {
  const { number } = useSpeech();
  const [shown, setShown] = useState(value);
  const from = useRef(value);
  useEffect(() => {
    const start = from.current;
    if (start === value) return;
    from.current = value;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setShown(value);
      return;
    }
    const begun = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const part = Math.min(1, (now - begun) / TIME);
      setShown(Math.round(start + (value - start) * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
    });
    return () => {
      cancelAnimationFrame(frame);
      setShown(value);
    };
  }, [value]);
  return <>{number(shown)}</>;
}
