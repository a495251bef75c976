import type { Poll } from "../api/schemas.ts";
import { pollAddress } from "../hooks/use-route.ts";
import { StateBadge } from "../parts/icon.tsx";
import { durationWords, secondsBetween, unbroken } from "../words/durations.ts";
import { hostOf, retryWords, waitingWords } from "../words/waiting.ts";

/** One poll of the list. */
export function PollRow(props: {
  readonly poll: Poll | undefined;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly now: number;
  readonly onOpen: () => void;
}) {
  const { poll, index, top, isActive, now, onOpen } = props;
  const common = {
    id: `row-${index}`,
    role: "row",
    "aria-rowindex": index + 2,
    "aria-selected": isActive,
    class: `row${isActive ? " is-active" : ""}`,
    style: { transform: `translateY(${top}px)` },
  } as const;
  if (poll === undefined) {
    return (
      <div {...common}>
        <span role="gridcell" class="quiet" aria-colspan={6}>
          reading…
        </span>
      </div>
    );
  }
  const waits = unbroken(waitingWords(poll, now));
  return (
    <div {...common} onClick={onOpen}>
      <span role="gridcell" class="cell-state">
        <StateBadge state={poll.state} />
      </span>
      <span role="gridcell" class="cell-id">
        <a class="id" href={pollAddress(poll.pollId)} tabIndex={-1} title={poll.pollId}>
          {poll.pollId}
        </a>
      </span>
      <span role="gridcell" class="cell-host" title={poll.origin}>
        {poll.origin === undefined ? "" : hostOf(poll.origin)}
      </span>
      <span role="gridcell" class="cell-waits" title={waits}>
        {waits}
      </span>
      <span role="gridcell" class="cell-retries">
        <span class="narrow-only">retries </span>
        {retryWords(poll)}
      </span>
      <span role="gridcell" class="cell-age">
        {durationWords(secondsBetween(poll.startedAt, now))}
        <span class="narrow-only"> old</span>
      </span>
    </div>
  );
}
