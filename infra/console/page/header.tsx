import { useConsole } from "./hooks/use-console.ts";
import type { Route } from "./hooks/use-route.ts";
import { type Theme, useTheme } from "./hooks/use-theme.ts";

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  auto: "Theme: system",
  light: "Theme: light",
  dark: "Theme: dark",
};

/** The name of the stack, the way to all views, and whether events come. */
export function Header(props: {
  readonly view: Route["view"];
  readonly deadLetters: number;
  /** Whether the console answers, but its stack does not. */
  readonly isAway: boolean;
}) {
  const { view, deadLetters, isAway } = props;
  const { stack, connection: toConsole } = useConsole();
  const connection = isAway ? "gone" : toConsole;
  const [theme, nextTheme] = useTheme();
  const current = (is: boolean) => (is ? "page" : undefined);
  return (
    <header class="top">
      <p class="name">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <strong>Request Poller</strong>
        <span class="quiet stack-name">{stack && stackWords(stack)}</span>
      </p>
      <nav aria-label="Views">
        <a href="#/" aria-current={current(view === "polls" || view === "poll")}>
          Polls
        </a>
        <a href="#/hosts" aria-current={current(view === "hosts")}>
          Hosts<span class="wide-only"> and queues</span>
        </a>
        <a href="#/dead-letters" aria-current={current(view === "dead-letters")}>
          Dead letters{deadLetters > 0 && <span class="bubble"> {deadLetters}</span>}
        </a>
        <a href="#/submit" aria-current={current(view === "submit")}>
          Submit
        </a>
      </nav>
      <p class="status-line">
        <span class={`live is-${connection}`}>{connectionWords(connection, stack?.refresh)}</span>
        <button type="button" class="button is-small" onClick={nextTheme}>
          {THEME_WORDS[theme]}
        </button>
      </p>
    </header>
  );
}

function stackWords(stack: { name: string; isLocal: boolean; region?: string | undefined }) {
  return stack.isLocal ? "on this machine" : `${stack.name}, ${stack.region ?? "AWS"}`;
}

function connectionWords(
  connection: string,
  refresh: { everySeconds: number; costPerHour?: string | null | undefined } | undefined,
): string {
  if (connection === "gone") return "not connected";
  if (connection === "connecting") return "connecting";
  const cost = refresh?.costPerHour;
  if (refresh === undefined || cost === undefined || cost === null) return "live";
  return `read every ${refresh.everySeconds} s: ${cost} per hour`;
}
