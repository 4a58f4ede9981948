/** What staff see once they are in. */
import { end } from "@/graph/session";
import { Desk as DeskDocument } from "./generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button } from "@/ui/parts";

export default function Desk() {
  const { t } = useSpeech();
  const asked = useAsk(DeskDocument, {});
  return (
    <Loaded asked={asked}>
      {({ me }) => {
        const staff = me?.roles?.some((role) => role === "MODERATOR" || role === "ADMIN") ?? false;
        return (
          <Blank title={t("console.title")} words={staff ? t("console.begin") : t("console.not_staff")}>
            <Button tone="plain" onClick={end}>{t("enter.out")}</Button>
          </Blank>
        );
      }}
    </Loaded>
  );
}
