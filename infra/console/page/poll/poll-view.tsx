import type { ComponentChildren } from "preact";
import { useCallback, useEffect } from "preact/hooks";
import { call } from "../api/call.ts";
import type { ConsoleEvent } from "../api/events.ts";
import { type Poll, type PollDetail, pollDetailSchema } from "../api/schemas.ts";
import { useConsole, useEvents } from "../hooks/use-console.ts";
import { useNow } from "../hooks/use-now.ts";
import { useResource } from "../hooks/use-resource.ts";
import { pollAddress } from "../hooks/use-route.ts";
import { StateBadge } from "../parts/icon.tsx";
import { JsonBlock } from "../parts/json-block.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import { clockWords, durationWords, secondsBetween, unbroken } from "../words/durations.ts";
import { stateWords } from "../words/states.ts";
import { kindWords } from "../words/steps.ts";
import { hostOf, retryWords, waitingWords } from "../words/waiting.ts";
import { PollActions } from "./poll-actions.tsx";
import { StepTable } from "./step-table.tsx";
import { Timeline } from "./timeline.tsx";

const EVERY_MS = 10_000;
/** A row keeps as many steps. */
const KEPT_STEPS = 20;

/** Everything that is known of one poll. */
export function PollView({ pollId }: { readonly pollId: string }) {
  const { epoch } = useConsole();
  const { data, error, reload } = useResource(
    (signal) => call(pollDetailSchema, `/api/polls/${encodeURIComponent(pollId)}`, { signal }),
    [pollId, epoch],
    EVERY_MS,
  );
  const take = useCallback(
    (event: ConsoleEvent) => {
      if (event.kind === "poll" && event.poll.pollId === pollId) reload();
    },
    [pollId, reload],
  );
  useEvents(take);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape" && document.querySelector("dialog[open]") === null) {
        location.hash = "#/";
      }
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, []);
  return (
    <>
      <p class="back">
        <a href="#/">← All polls</a> <span class="quiet wide-only">or Esc</span>
      </p>
      <div class="title">
        <h1 class="id">{pollId}</h1>
        {data !== undefined && <StateBadge state={data.status.state} />}
      </div>
      {error !== undefined && <p class="error">{error}</p>}
      {data !== undefined && <Detail detail={data} onChanged={reload} />}
    </>
  );
}

function Detail({
  detail,
  onChanged,
}: {
  readonly detail: PollDetail;
  readonly onChanged: () => void;
}) {
  const { status, outcome, message, messageUnavailable, deliveries } = detail;
  const isEnded = stateWords(status.state).isEnded;
  const now = useNow();
  return (
    <>
      <Facts poll={status} now={now} />
      <PollActions poll={status} hasMessage={message !== undefined} onChanged={onChanged} />
      <section class="panel" aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        {status.history.length > 0 && (
          <>
            <Timeline poll={status} now={now} />
            <StepTable steps={status.history} now={now} />
          </>
        )}
        <HistoryNote poll={status} />
      </section>
      {outcome !== undefined && (
        <section class="panel" aria-labelledby="outcome">
          <h2 id="outcome">Outcome</h2>
          <p class="quiet">
            What its destinations get. Values of headers that may be secret are hidden here.
          </p>
          <Deliveries polls={deliveries} now={now} />
          <JsonBlock label="Outcome" text={outcome} />
        </section>
      )}
      {(message !== undefined || !isEnded) && (
        <section class="panel" aria-labelledby="message">
          <h2 id="message">Message as it stands now</h2>
          {message === undefined ? (
            <p class="quiet">{messageUnavailable ?? "It is not known."}</p>
          ) : (
            <>
              <p class="quiet">In the poll queue. Values that may be secret are hidden here.</p>
              <JsonBlock label="Message" text={message.body ?? "It is no JSON object."} />
            </>
          )}
        </section>
      )}
    </>
  );
}

/** Where the outcome goes to webhooks: each is a poll of its own. */
function Deliveries({ polls, now }: { readonly polls: readonly Poll[]; readonly now: number }) {
  if (polls.length === 0) return null;
  return (
    <ul class="deliveries">
      {polls.map((poll) => (
        <li key={poll.pollId}>
          <StateBadge state={poll.state} />
          <span>
            <a href={pollAddress(poll.pollId)}>Webhook {poll.origin && hostOf(poll.origin)}</a>:{" "}
            {waitingWords(poll, now)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ poll, now }: { readonly poll: Poll; readonly now: number }) {
  const { startedAt, changedAt, origin, method, step, undelivered, delivers = "" } = poll;
  const { isNudged, wasAborted } = poll;
  const ended = stateWords(poll.state).isEnded;
  return (
    <>
      <p class="lead">{unbroken(waitingWords(poll, now))}</p>
      <dl class="facts">
        {origin !== undefined && (
          <Fact name="Request">
            {method} <SafeLink url={origin} />
          </Fact>
        )}
        {delivers !== "" && (
          <Fact name="Delivers the outcome of">
            <a class="id" href={pollAddress(delivers)}>
              {delivers}
            </a>
          </Fact>
        )}
        {!ended && delivers === "" && <Fact name="Step">{kindWords(step)}</Fact>}
        <Fact name="Retries">{retryWords(poll)}</Fact>
        <Fact name="Began">{timeWords(startedAt, now)}</Fact>
        <Fact name={ended ? "Ended" : "Changed"}>{timeWords(changedAt, now)}</Fact>
        {wasAborted && <Fact name="Job">told to stop; the log says what came of it</Fact>}
        {isNudged && <Fact name="Nudged">asked within 15 minutes, or when it is due</Fact>}
        {undelivered !== undefined && (
          <Fact name="Outcome not delivered since">{timeWords(undelivered.since, now)}</Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function HistoryNote({ poll }: { readonly poll: Poll }) {
  const { stack } = useConsole();
  const words = historyWords(poll, stack?.history);
  return words === undefined ? null : <p class="quiet">{words}</p>;
}

/** What the history does not show. */
function historyWords({ state, history }: Poll, mode: string | undefined): string | undefined {
  if (mode === "false") return "This stack keeps no history: its parameter History says so.";
  const isEnded = stateWords(state).isEnded;
  if (history.length === 0) {
    return isEnded
      ? "It ended before an answer was written down."
      : "No request of this poll is known yet.";
  }
  if (history.length >= KEPT_STEPS) return `Only its last ${KEPT_STEPS} steps are kept.`;
  if (mode !== "claims" || isEnded) return undefined;
  return "This stack writes an answer down when the poll is asked next: the latest one may not be here yet.";
}

function timeWords(time: string, now: number) {
  return (
    <>
      <time dateTime={time}>{clockWords(time, now)} UTC</time>{" "}
      <span class="quiet">{durationWords(secondsBetween(time, now))} ago</span>
    </>
  );
}
