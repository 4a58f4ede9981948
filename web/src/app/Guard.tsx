/** What a screen breaks stays inside it. A chunk that an update replaced comes back by reloading. */
import { Component, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useSpeech } from "@/i18n";
import { Blank, Button } from "@/ui/parts";

export function Guard({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return <Boundary key={path.split("/")[1] ?? ""}>{children}</Boundary>;
}

class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useSpeech();
  return (
    <Blank title={t("say.broken")} words={t("say.broken_more")}>
      <Button onClick={() => location.reload()}>{t("do.reload")}</Button>
    </Blank>
  );
}
