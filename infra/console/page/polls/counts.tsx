import { Icon } from "../parts/icon.tsx";
import { STATES } from "../words/states.ts";

/** How many polls are in each state; each is a button that shows only those. No number is shown before it is known. */
export function Counts(props: {
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly dueWithinMinute: number | undefined;
  readonly chosen: readonly string[];
  readonly onToggle: (state: string) => void;
}) {
  return (
    <ul class="counts" aria-label="Polls by state">
      {Object.entries(STATES).map(([state, { word, look, meaning }]) => {
        const count = props.counts === undefined ? undefined : (props.counts[state] ?? 0);
        return (
          <li key={state}>
            <button
              type="button"
              class={`count look-${look}${(count ?? 0) === 0 ? " is-none" : ""}`}
              aria-pressed={props.chosen.includes(state)}
              title={meaning}
              onClick={() => props.onToggle(state)}
            >
              <span class="count-word">
                <Icon look={look} /> {word}
              </span>
              <span class="count-number">{count?.toLocaleString("en-US") ?? "–"}</span>
            </button>
          </li>
        );
      })}
      <li class="count is-due">
        <span class="count-word">due in 1 min</span>
        <span class="count-number">{props.dueWithinMinute?.toLocaleString("en-US") ?? "–"}</span>
      </li>
    </ul>
  );
}
