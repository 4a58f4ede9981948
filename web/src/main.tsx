import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/design/tokens.css";
import "@/design/base.css";
import "@/ui/ui.css";
import { App } from "@/app/App";
import { GraphProvider } from "@/graph/Graph";
import { firstWords, SpeechProvider } from "@/i18n";
import { ToastProvider } from "@/ui/Toast";

const first = await firstWords();
document.documentElement.lang = first.language;

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <SpeechProvider first={first}>
      <ToastProvider>
        <GraphProvider>
          <App />
        </GraphProvider>
      </ToastProvider>
    </SpeechProvider>
  </StrictMode>,
);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  window.addEventListener("load", () => void navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
