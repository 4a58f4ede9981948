// Who asks in the tab shown, and in which language the answers' sentences are.
import { useEditorContext } from "@graphiql/react";

import { headersOf, tokenOf } from "./callers.js";

export function Bar({ offer, language, onLanguage }) {
  return (
    <span className="laurels-bar">
      <a href="/">Laurels</a>
      {offer.callers.length > 0 && <Caller callers={offer.callers} words={offer.words} />}
      <select
        aria-label={offer.words.language}
        value={language}
        onChange={(event) => onLanguage(event.target.value)}
      >
        {offer.languages.map(({ tag, name }) => (
          <option key={tag} value={tag}>{name}</option>
        ))}
      </select>
    </span>
  );
}

function Caller({ callers, words }) {
  const { tabs, activeTabIndex, headerEditor } = useEditorContext({ nonNull: true });
  const headers = tabs[activeTabIndex].headers ?? headerEditor?.getValue();
  const token = tokenOf(headers);
  const known = token === "" || callers.some((caller) => caller.token === token);
  return (
    <select
      aria-label={words.caller}
      value={token}
      onChange={(event) => headerEditor.setValue(headersOf(event.target.value))}
    >
      {callers.map((caller) => (
        <option key={caller.name} value={caller.token}>{caller.name}</option>
      ))}
      <option value="">{words.visitor}</option>
      {!known && <option value={token}>…</option>}
    </select>
  );
}
