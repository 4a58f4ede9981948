/** A member as others see them. */
import { useState } from "react";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { MemberPage, Unblock } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Gone, Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Avatar, Blank, Button, Section } from "@/ui/parts";
import { Tiles } from "./Feed";
import { FollowButton } from "./PostDetail";
import { ReportButton } from "./Report";

export default function Member({ params }: ScreenProps) {
  const { t, spoken, day, number } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(MemberPage, { id: params["id"] ?? "", after });
  const unblock = useDo(Unblock);
  return (
    <>
      <Top title={t("member.title")} back="/" />
      <Loaded asked={asked}>
        {({ node, me }) => {
          if (node?.__typename !== "Member") return <Gone />;
          const mine = me?.id === node.id;
          return (
            <>
              <section className="card stack member">
                <div className="row">
                  <Avatar member={node} size={76} />
                  <div className="grow">
                    <h2>{node.displayName}</h2>
                    <p className="soft small">@{node.handle} · {t("member.since", { day: day(node.joinedAt, "month") })}</p>
                    <span className="chip bloom">{spoken(node.tier.name)}</span>
                  </div>
                  {!mine && <ReportButton subject={node.id} author={node.id} />}
                </div>
                {node.bio && <p>{node.bio}</p>}
                <div className="row">
                  <p className="grow">
                    <strong className="number">{number(node.followerCount)}</strong> <span className="soft">{t("member.followers")}</span>{" "}
                    <strong className="number">{number(node.followingCount)}</strong> <span className="soft">{t("member.follows")}</span>
                  </p>
                  {!mine && (node.viewerBlocks ? (
                    <Button slim tone="plain" onClick={() => void unblock.run({ member: node.id })}>{t("member.unblock")}</Button>
                  ) : (
                    <FollowButton member={node} />
                  ))}
                </div>
              </section>
              {node.badges.nodes.length > 0 && (
                <Section title={t("member.badges_n", { n: node.badges.totalCount })}>
                  <ul className="member-badges">
                    {node.badges.nodes.map((award) => (
                      <li key={award.id}>
                        <img src={award.image.url} alt={spoken(award.badge.name)} width={64} height={64} loading="lazy" />
                      </li>
                    ))}
                  </ul>
                </Section>
              )}
              <Section title={t("home.feed")}>
                {node.posts.nodes.length === 0 ? <Blank title={t("show.empty")} /> : <Tiles posts={node.posts.nodes} />}
                <More has={node.posts.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(node.posts.pageInfo.endCursor)} />
              </Section>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
