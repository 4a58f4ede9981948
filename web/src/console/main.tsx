import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/design/tokens.css";
import "@/design/base.css";
import "@/ui/ui.css";
import { GraphProvider } from "@/graph/Graph";
import { firstWords, SpeechProvider } from "@/i18n";
import { ToastProvider } from "@/ui/Toast";
import { Console } from "./Console";
import { withWords } from "./words";

const load = withWords();
const first = await firstWords(load);
document.documentElement.lang = first.language;

createRoot(document.getElementById("console")!).render(
  <StrictMode>
    <SpeechProvider first={first} load={load}>
      <ToastProvider>
        <GraphProvider kept={false}>
          <Console />
        </GraphProvider>
      </ToastProvider>
    </SpeechProvider>
  </StrictMode>,
);
