/** A word in passing, told to screen readers too. */
import { createContext, use, useCallback, useRef, useState, type ReactNode } from "react";

type Tone = "plain" | "bad" | "points";
type Say = (words: string, tone?: Tone) => void;
const Context = createContext<Say>(() => {});
const SHOWN = 3600;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [words, setWords] = useState<{ id: number; text: string; tone: Tone }[]>([]);
  const next = useRef(0);
  const say = useCallback<Say>((text, tone = "plain") => {
    const id = next.current++;
    setWords((now) => [...now.filter((one) => one.text !== text).slice(-2), { id, text, tone }]);
    setTimeout(() => setWords((now) => now.filter((one) => one.id !== id)), SHOWN);
  }, []);
  return (
    <Context value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {words.map(({ id, text, tone }) => (
          <div key={id} className={`toast ${tone}`}>
            {text}
          </div>
        ))}
      </div>
    </Context>
  );
}

export function useToast(): Say {
  return use(Context);
}
