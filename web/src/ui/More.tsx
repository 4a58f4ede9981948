/** Loads the next page when the end comes near; a button for keyboards, and when that fails. */
import { useEffect, useRef } from "react";
import { useSpeech } from "@/i18n";
import { Button } from "./parts";

export function More({ has, busy, load }: { has: boolean; busy: boolean; load: () => void }) {
  const { t } = useSpeech();
  const mark = useRef<HTMLDivElement>(null);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const element = mark.current;
    if (!element || !has || busy || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: "1200px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [has, busy]);
  if (!has) return null;
  return (
    <div ref={mark} className="more">
      <Button tone="plain" whole onClick={load} busy={busy}>
        {busy ? t("say.loading") : t("do.more")}
      </Button>
    </div>
  );
}
