import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, tokenOfTab } from "./api/call.ts";
import { type Connection, type ConsoleEvent, readEvents } from "./api/events.ts";
import { type DepthSample, depthsSchema, type Stack, stackSchema } from "./api/schemas.ts";
import { DeadLettersView } from "./dead-letters/dead-letters-view.tsx";
import { Header } from "./header.tsx";
import { ConsoleContext } from "./hooks/use-console.ts";
import { useResource } from "./hooks/use-resource.ts";
import { type Route, useRoute } from "./hooks/use-route.ts";
import { HostsView } from "./hosts/hosts-view.tsx";
import { PollView } from "./poll/poll-view.tsx";
import { NO_FILTER } from "./polls/poll-filter.ts";
import { type ListPlace, PollsView } from "./polls/polls-view.tsx";
import { NEW_MESSAGE } from "./submit/message-fields.ts";
import { SubmitView } from "./submit/submit-view.tsx";

const SAID_MS = 8000;
const TITLES: Readonly<Record<Route["view"], string>> = {
  polls: "Polls",
  poll: "Poll",
  hosts: "Hosts and queues",
  "dead-letters": "Dead letters",
  submit: "Submit",
};

/** The page: what all views share, and the view that its address names. */
export function App() {
  const route = useRoute();
  const [place, setPlace] = useState<ListPlace>({ filter: NO_FILTER, active: 0, scroll: 0 });
  const [text, setText] = useState(NEW_MESSAGE);
  const { connection, problem, epoch, listen } = useConnection();
  const [said, say] = useSaid();
  const { data: stack, error } = useResource(
    (signal) => call(stackSchema, "/api/stack", { signal }),
    [epoch],
  );
  const { deadLetters = 0, isPaused = false } = useLatestDepths(epoch, listen);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const shown = route.view === "poll" ? route.pollId : route.view;
  useEffect(() => {
    const title = route.view === "poll" ? route.pollId : TITLES[route.view];
    document.title = `${title} – Request Poller`;
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (route.view === "polls") return;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [shown]);
  return (
    <ConsoleContext.Provider value={{ stack, connection, epoch, listen, say }}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header view={route.view} isAway={problem !== undefined} deadLetters={deadLetters} />
      {tokenOfTab() === undefined && (
        <p class="banner" role="alert">
          Open this page by the address that the command printed: it carries the token that the page
          needs.
        </p>
      )}
      {tokenOfTab() !== undefined && connection === "gone" && (
        <p class="banner" role="alert">
          The console does not answer: what you see may be old. If its command was started again,
          open the new address that it printed. Trying again…
        </p>
      )}
      {connection !== "gone" && (error ?? problem) !== undefined && (
        <p class="banner" role="alert">
          {error ?? `The stack does not answer: ${problem}. What you see may be old. Trying again…`}
        </p>
      )}
      {isPaused && (
        <p class="banner is-late" role="alert">
          This stack is paused, so that no poll is asked: <code>{resumeCommand(stack)}</code> goes
          on.
        </p>
      )}
      <main id="main" ref={main} tabIndex={-1}>
        {route.view === "polls" && <PollsView place={place} onPlace={setPlace} />}
        {route.view === "poll" && <PollView key={route.pollId} pollId={route.pollId} />}
        {route.view === "hosts" && <HostsView />}
        {route.view === "dead-letters" && <DeadLettersView />}
        {route.view === "submit" && <SubmitView text={text} onText={setText} />}
      </main>
      <p class={said === "" ? "said" : "said is-shown"} role="status">
        {said}
      </p>
    </ConsoleContext.Provider>
  );
}

/** Reads events while the page is open. */
function useConnection() {
  const [connection, setConnection] = useState<Connection>("connecting");
  const [problem, setProblem] = useState<string>();
  const [epoch, setEpoch] = useState(0);
  const listeners = useRef(new Set<(event: ConsoleEvent) => void>());
  const listen = useCallback((take: (event: ConsoleEvent) => void) => {
    listeners.current.add(take);
    return () => void listeners.current.delete(take);
  }, []);
  useEffect(() => {
    let wasGone = false;
    return readEvents(
      (event) => {
        if (event.kind === "summary") setProblem(event.summary.problem);
        for (const take of listeners.current) take(event);
      },
      (is) => {
        if (is === "live" && wasGone) setEpoch((before) => before + 1);
        wasGone = is === "gone";
        setConnection(is);
      },
    );
  }, []);
  return { connection, problem, epoch, listen };
}

/** How full the queues are, and whether the stack is paused; empty before that is known. */
function useLatestDepths(
  epoch: number,
  listen: (take: (event: ConsoleEvent) => void) => () => void,
): Partial<DepthSample> {
  const { data } = useResource((signal) => call(depthsSchema, "/api/depths", { signal }), [epoch]);
  const [latest, setLatest] = useState<DepthSample>();
  useEffect(
    () =>
      listen((event) => {
        if (event.kind === "depths") setLatest(event.sample);
      }),
    [listen],
  );
  return latest ?? data?.history.at(-1) ?? {};
}

function resumeCommand(stack: Stack | undefined): string {
  const option = stack === undefined || stack.isLocal ? "" : ` --stack ${stack.name}`;
  return `request-poller resume${option}`;
}

/** Words that are shown for a moment. */
function useSaid(): [string, (words: string) => void] {
  const [said, setSaid] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = useCallback((words: string) => {
    clearTimeout(timer.current);
    setSaid(words);
    timer.current = setTimeout(() => setSaid(""), SAID_MS);
  }, []);
  return [said, say];
}
