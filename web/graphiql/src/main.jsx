// GraphiQL over /graphql, with the examples and the callers that the deployment offers at /try.
import "graphiql/style.css";
import "./style.css";

import { setNonce } from "get-nonce";
import { GraphiQL } from "graphiql";
import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";

import { Bar } from "./bar.jsx";
import { headersOf } from "./callers.js";
import { EXAMPLES, Offer } from "./examples.jsx";
import { chosenLanguage, keepLanguage } from "./language.js";
import { tabShownLast } from "./tabs.js";
import { send } from "./transport.js";

const NOTHING = { languages: [], words: {}, callers: [], examples: [] };
const PLUGINS = [EXAMPLES];

function App() {
  const [language, setLanguage] = useState(chosenLanguage);
  const [offer, setOffer] = useState(null);

  useEffect(() => {
    keepLanguage(language);
    let late = false;
    load(language).then((loaded) => late || setOffer(loaded));
    return () => { late = true; };
  }, [language]);
  const fetcher = useMemo(() => (params, options) => send(params, options, language), [language]);

  return offer && (
    <Offer.Provider value={offer}>
      <Page offer={offer} fetcher={fetcher} language={language} onLanguage={setLanguage} />
    </Offer.Provider>
  );
}

function Page({ offer, fetcher, language, onLanguage }) {
  const [headers] = useState(headersOf(offer.callers[0]?.token)); // tabs change theirs themselves
  const [last] = useState(tabShownLast);
  const tabs = offer.examples.map(({ query }) => ({ query, headers }));
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={PLUGINS}
      query={last?.query}
      variables={last?.variables}
      defaultTabs={tabs.length > 0 ? tabs : undefined}
      headers={headers}
      defaultHeaders={headers}
      defaultEditorToolsVisibility="headers"
      shouldPersistHeaders={false}
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <Bar offer={offer} language={language} onLanguage={onLanguage} />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

async function load(language) {
  try {
    const answer = await fetch("/try", { headers: { "accept-language": language } });
    return answer.ok ? await answer.json() : NOTHING;
  } catch {
    return NOTHING; // GraphiQL itself says when nobody answers
  }
}

setNonce(document.querySelector("script[nonce]").nonce);
createRoot(document.getElementById("graphiql")).render(<App />);
