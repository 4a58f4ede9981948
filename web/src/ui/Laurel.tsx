/** The shop's own drawing: laurel leaves around osmanthus blossoms. */

const LEAVES = [-70, -46, -22, 2, 26, 50];

/** A wreath, open at the top, to stand around something. */
export function Wreath({ size = 120, className = "" }: { size?: number; className?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 120 120" aria-hidden="true" className={className} fill="currentColor">
      {[1, -1].map((side) => (
        <g key={side} transform={`translate(60 60) scale(${side} 1)`}>
          {LEAVES.map((angle) => (
            <g key={angle} transform={`rotate(${angle}) translate(46 0)`}>
              <path d="M0 10C-9 4-9-6 0-14 9-6 9 4 0 10z" transform="rotate(18)" />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** A twig with a blossom, for what is empty. */
export function Sprig({ size = 72 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 72 72" aria-hidden="true">
      <path d="M16 62C24 44 36 30 58 12" fill="none" stroke="var(--leaf)" strokeWidth="2.500" strokeLinecap="round" />
      <g fill="var(--leaf)">
        <path d="M22 50C8 50 6 40 6 34c10 0 17 6 16 16zM30 39C20 32 22 22 25 16c8 6 11 15 5 23z" />
        <path d="M28 44c8 10 18 8 24 4-4-9-14-13-24-4zM40 29c4 10 14 10 20 8-1-9-10-15-20-8z" opacity=".75" />
      </g>
      <g transform="translate(52 18)" fill="var(--bloom)">
        <circle cx="0" cy="-6" r="5" />
        <circle cx="6" cy="0" r="5" />
        <circle cx="0" cy="6" r="5" />
        <circle cx="-6" cy="0" r="5" />
        <circle r="3" fill="var(--card)" />
      </g>
    </svg>
  );
}

/** Four petals, full or still to come. */
export function Blossom({ open, size = 28 }: { open: boolean; size?: number }) {
  const petal = open ? "var(--bloom)" : "var(--line)";
  return (
    <svg width={size} height={size} viewBox="-14 -14 28 28" aria-hidden="true">
      <g fill={petal}>
        <circle cx="0" cy="-6.500" r="5.500" />
        <circle cx="6.500" cy="0" r="5.500" />
        <circle cx="0" cy="6.500" r="5.500" />
        <circle cx="-6.500" cy="0" r="5.500" />
      </g>
      <circle r="3.500" fill="var(--card)" />
    </svg>
  );
}
