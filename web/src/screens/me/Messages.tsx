/** What the shop and the others have to tell me. */
import { useState } from "react";
import { useLocation } from "wouter";
import { Top } from "@/app/Top";
import { MarkRead, Messages as MessagesDocument, NotificationsLive, type MessagesData } from "@/graph/generated";
import { useAsk, useDo, useHear } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import type { IconName } from "@/ui/Icon";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Button, Skeleton } from "@/ui/parts";
import "./me.css";

type Message = NonNullable<NonNullable<MessagesData["me"]>["notifications"]>["nodes"][number];

const LOOKS: Record<Message["kind"], { icon: IconName; tone: string }> = {
  POINTS: { icon: "star", tone: "bloom" },
  TIER: { icon: "up", tone: "" },
  BADGE: { icon: "medal", tone: "bloom" },
  CHALLENGE: { icon: "flag", tone: "" },
  LEADERBOARD: { icon: "podium", tone: "bloom" },
  COMMUNITY: { icon: "heart", tone: "heart" },
  MODERATION: { icon: "pen", tone: "sky" },
  REFERRAL: { icon: "people", tone: "sky" },
  DEAL: { icon: "bolt", tone: "heart" },
  REWARD: { icon: "gift", tone: "heart" },
};

export default function Messages() {
  const { t } = useSpeech();
  const [unread, setUnread] = useState(false);
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(MessagesDocument, { unread, after });
  const mark = useDo(MarkRead);
  useHear(NotificationsLive, {}, () => asked.again());
  const read = async (ids: string[] | null) => {
    if (await mark.run(ids ? { ids } : { all: true })) asked.again();
  };
  return (
    <>
      <Top title={t("message.title")} back="/me" />
      <div className="row">
        <div className="choices grow" role="group" aria-label={t("message.which")}>
          {[false, true].map((one) => (
            <button key={String(one)} type="button" aria-pressed={unread === one} onClick={() => { setAfter(null); setUnread(one); }}>
              {t(one ? "message.unread" : "do.all")}
            </button>
          ))}
        </div>
        {(asked.data?.me?.notifications?.unreadCount ?? 0) > 0 && (
          <Button tone="plain" slim busy={mark.busy} onClick={() => void read(null)}>{t("message.all_read")}</Button>
        )}
      </div>
      <Loaded asked={asked} skeleton={<Skeleton height={76} count={6} />}>
        {({ me }) => {
          const found = me?.notifications;
          if (!found || found.nodes.length === 0) return <Blank title={t("message.none")} words={t("message.none_more")} />;
          return (
            <>
              <ul className="list">
                {found.nodes.map((one) => (
                  <li key={one.id}><Row message={one} read={() => void read([one.id])} /></li>
                ))}
              </ul>
              <More has={found.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(found.pageInfo.endCursor)} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Row({ message, read }: { message: Message; read: () => void }) {
  const { t, ago } = useSpeech();
  const [, go] = useLocation();
  const look = LOOKS[message.kind];
  const open = () => {
    if (message.readAt === null) read();
    if (message.link) go(message.link);
  };
  return (
    <button type="button" className={`list-row message ${message.readAt === null ? "new" : ""}`} onClick={open}>
      <span className={`message-mark ${look.tone}`}><Icon name={look.icon} /></span>
      <span className="grow">
        <strong>{message.title}</strong>
        <span className="message-body">{message.body}</span>
        <span className="soft small">{ago(message.createdAt)}</span>
      </span>
      {message.readAt === null && <i className="unread"><span className="unseen">{t("message.unread")}</span></i>}
    </button>
  );
}
