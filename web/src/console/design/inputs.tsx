/** The fields of a designer's form: text until it is sent, each with what the shop says of it. */
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";

interface Common {
  label: string;
  value: string;
  set: (value: string) => void;
  error?: string | undefined;
  hint?: string | undefined;
  required?: boolean;
}

export function Text({ label, value, set, error, hint, required = false, mono = false }: Common & { mono?: boolean }) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(props) => <input {...props} className={mono ? "mono" : undefined} required={required} value={value} onChange={(event) => set(event.target.value)} />}
    </Field>
  );
}

export function Amount({ label, value, set, error, hint, required = false, min = 0 }: Common & { min?: number }) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(props) => <input {...props} type="number" min={min} step={1} required={required} value={value} onChange={(event) => set(event.target.value)} />}
    </Field>
  );
}

export function Moment({ label, value, set, error, hint, required = false }: Common) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(props) => <input {...props} type="datetime-local" required={required} value={value} onChange={(event) => set(event.target.value)} />}
    </Field>
  );
}

export function Select<Value extends string>({ label, value, set, error, options, none }: Omit<Common, "set"> & { set: (value: Value) => void; options: readonly (readonly [Value, string])[]; none?: string }) {
  return (
    <Field label={label} error={error}>
      {(props) => (
        <select {...props} value={value} onChange={(event) => set(event.target.value as Value)}>
          {none !== undefined && <option value="">{none}</option>}
          {options.map(([one, words]) => <option key={one} value={one}>{words}</option>)}
        </select>
      )}
    </Field>
  );
}

/** Names as choices: by their keys, in the reader's language. */
export function useNamed(): (things: readonly { key: string; name: string }[]) => (readonly [string, string])[] {
  const { spoken } = useSpeech();
  return (things) => things.map((one) => [one.key, spoken(one.name)] as const);
}

export function whole(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
