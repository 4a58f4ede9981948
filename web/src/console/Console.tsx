/** The console: its door for visitors, its frame and screens for staff. */
import { useSession } from "@/graph/Graph";
import { useAsk } from "@/graph/hooks";
import { end } from "@/graph/session";
import { useSpeech } from "@/i18n";
import { Wreath } from "@/ui/Laurel";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button } from "@/ui/parts";
import { Enter } from "./Enter";
import { Frame } from "./frame/Frame";
import { Desk as DeskDocument } from "./generated";
import "./frame/console.css";

export function Console() {
  return useSession() === null ? <Door /> : <Inside />;
}

function Door() {
  const { t } = useSpeech();
  return (
    <main className="door">
      <div className="door-brand">
        <Wreath size={104} />
        <h1>{t("console.title")}</h1>
      </div>
      <Enter />
    </main>
  );
}

function Inside() {
  const { t } = useSpeech();
  const asked = useAsk(DeskDocument, {});
  const me = asked.data?.me;
  if (asked.data === undefined || !me) {
    return (
      <main className="door">
        <Loaded asked={asked}>{() => null}</Loaded>
        <Button tone="plain" onClick={end}>{t("enter.out")}</Button>
      </main>
    );
  }
  const roles = me.roles ?? [];
  if (!roles.includes("MODERATOR") && !roles.includes("ADMIN")) {
    return (
      <main className="door">
        <Blank title={t("console.title")} words={t("console.not_staff")}>
          <Button tone="plain" onClick={end}>{t("enter.out")}</Button>
        </Blank>
      </main>
    );
  }
  const { programme } = asked.data;
  const viewer = {
    ...me,
    admin: roles.includes("ADMIN"),
    zone: programme?.timeZone ?? "UTC",
    shop: programme?.name ?? "",
    shift: programme ? Date.parse(programme.now) - Date.now() : 0,
  };
  return <Frame viewer={viewer} />;
}
