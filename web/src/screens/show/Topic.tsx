/** Everything that members say about one topic. */
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { Feed } from "./Feed";

export default function Topic({ params }: ScreenProps) {
  const topic = decodeURIComponent(params["name"] ?? "");
  return (
    <>
      <Top title={`#${topic}`} back="/show" />
      <Feed kind="LATEST" topic={topic} />
    </>
  );
}
