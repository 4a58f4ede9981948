// A pane of example queries; one click puts one into a tab of its own.
import { StarIcon, useEditorContext } from "@graphiql/react";
import { createContext, useContext } from "react";

export const Offer = createContext(null);

function Examples() {
  const { words, examples } = useContext(Offer);
  const { addTab, queryEditor } = useEditorContext({ nonNull: true });

  function take(query) {
    if (queryEditor.getValue().trim()) addTab();
    queryEditor.setValue(query);
  }

  return (
    <section className="laurels-examples">
      <h2>{words.examples}</h2>
      {examples.map(({ name, note, query }) => (
        <button type="button" key={name} className="graphiql-un-styled" onClick={() => take(query)}>
          <strong>{name}</strong>
          {note && <span>{note}</span>}
          <pre>{query}</pre>
        </button>
      ))}
    </section>
  );
}

export const EXAMPLES = { title: "Examples", icon: StarIcon, content: Examples };
