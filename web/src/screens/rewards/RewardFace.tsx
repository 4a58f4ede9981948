/** A reward's picture, or one drawn for its kind. */
import type { RewardShown } from "@/graph/generated";
import { Icon, type IconName } from "@/ui/Icon";
import { Wreath } from "@/ui/Laurel";

const ICONS: Record<RewardShown["kind"], IconName> = { GIFT: "gift", COUPON: "ticket", BADGE: "medal", PRIVILEGE: "star" };

export function RewardFace({ reward, large = false }: { reward: Pick<RewardShown, "kind" | "image">; large?: boolean }) {
  if (reward.image) {
    return <img className="reward-face" src={reward.image.url} alt="" width={320} height={240} loading="lazy" />;
  }
  return (
    <span className={`reward-face drawn face-${reward.kind.toLowerCase()}`} aria-hidden="true">
      <Wreath size={large ? 190 : 128} />
      <Icon name={ICONS[reward.kind]} size={large ? 64 : 44} />
    </span>
  );
}
