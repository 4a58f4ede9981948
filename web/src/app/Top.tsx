/** The head of a screen: its name, and the way back where it is not a tab of its own. */
import { useEffect, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";

/** How many screens were walked through since the app was opened: back stays inside the app. */
export const journey = { steps: 0 };

export function Top({ title, back, children }: { title: string; back?: string; children?: ReactNode }) {
  const { t } = useSpeech();
  const [, go] = useLocation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  const leave = () => (journey.steps > 0 ? history.back() : go(back ?? "/"));
  return (
    <header className="top">
      {back !== undefined && (
        <button type="button" className="icon-button" aria-label={t("do.back")} onClick={leave}>
          <Icon name="back" />
        </button>
      )}
      <h1>{title}</h1>
      {children}
    </header>
  );
}
