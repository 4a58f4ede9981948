/** A screen's answer in each of its states: on its way, there, failed, or without a network. */
import type { ReactNode } from "react";
import type { Asked } from "@/graph/hooks";
import { wordOf } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "./Icon";
import { Blank, Button, Skeleton } from "./parts";

export function Loaded<Data>({
  asked,
  skeleton,
  children,
}: {
  asked: Asked<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  const { t } = useSpeech();
  if (asked.data !== undefined) return <>{children(asked.data)}</>;
  if (asked.error === undefined) {
    return (
      <div aria-busy="true">
        <span className="unseen" role="status">{t("say.loading")}</span>
        {skeleton ?? <Skeleton height={120} count={3} />}
      </div>
    );
  }
  const away = asked.error.networkError !== undefined && !asked.error.response;
  return (
    <div role="alert" className="state">
      {away ? <Icon name="cloud" size={56} /> : null}
      <h2>{away ? t("say.offline") : t("say.failed")}</h2>
      <p>{away ? t("say.offline_more") : wordOf(asked.error, t("say.offline"), t("say.failed"))}</p>
      <Button tone="plain" onClick={asked.again} busy={asked.busy}>
        {t("do.again")}
      </Button>
    </div>
  );
}

/** For what is not there, or not for this reader. */
export function Gone() {
  const { t } = useSpeech();
  return <Blank title={t("say.gone")} words={t("say.gone_more")} />;
}
