import { stateWords } from "../words/states.ts";

const SHAPES: Readonly<Record<string, string>> = {
  waiting: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.2V8l2.6 1.7",
  held: "M5.5 3v10M10.5 3v10",
  asking: "M2.5 8h10M9 4l4 4-4 4",
  good: "m3 8.5 3.4 3.5L13 4.5",
  bad: "m4 4 8 8m0-8-8 8",
  late: "M4 2.5h8M4 13.5h8M5 2.5c0 3.5 6 7.500 6 11M11 2.500c0 3.5-6 7.5-6 11",
  odd: "M8 2.5v6.5M8 13v.2",
  off: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm-4.200 1.8 8.400 8.400",
};

/** A shape of its own for each look, so that nothing is said by colour alone. */
export function Icon({ look }: { readonly look: string }) {
  return (
    <svg class={`icon look-${look}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[look] ?? SHAPES.off} />
    </svg>
  );
}

/** A poll's state: shape, word and colour. */
export function StateBadge({ state }: { readonly state: string }) {
  const { word, look, meaning } = stateWords(state);
  return (
    <span class={`badge look-${look}`} title={meaning}>
      <Icon look={look} />
      {word}
    </span>
  );
}
