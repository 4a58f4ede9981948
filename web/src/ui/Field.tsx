/** A labelled control, with what is wrong beside it. */
import { useId, type ReactNode } from "react";

interface Control {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

export function Field({
  label,
  error,
  hint,
  children,
}: {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  children: (control: Control) => ReactNode;
}) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(error && { "aria-invalid": true as const }), ...(note && { "aria-describedby": `${id}-note` }) })}
      {note && (
        <p id={`${id}-note`} className={error ? "wrong" : "soft small"} role={error ? "alert" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
