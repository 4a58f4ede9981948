/** A page of the console: its name, what can be done, and the rest below. */
import type { ReactNode } from "react";

export function Page({ title, words, actions, children }: { title: string; words?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="desk-page">
      <header className="desk-head">
        <div className="grow">
          <h1>{title}</h1>
          {words && <p className="soft">{words}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
