import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import type { Poll } from "../api/schemas.ts";
import { useConsole } from "../hooks/use-console.ts";
import { pollAddress } from "../hooks/use-route.ts";
import { useIsNarrow } from "../hooks/use-width.ts";
import { Counts } from "./counts.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { type PollFilter, toggleState } from "./poll-filter.ts";
import { PollGrid } from "./poll-grid.tsx";
import { StandOuts } from "./stand-outs.tsx";
import { usePollRows } from "./use-poll-rows.ts";

/** Where the reader is in the list; kept while another view is shown. */
export interface ListPlace {
  readonly filter: PollFilter;
  readonly active: number;
  readonly scroll: number;
}

/** All polls: how many, which are odd, and the list. */
export function PollsView(props: {
  readonly place: ListPlace;
  readonly onPlace: (change: (place: ListPlace) => ListPlace) => void;
}) {
  const { place, onPlace } = props;
  const { stack } = useConsole();
  const isNarrow = useIsNarrow();
  const list = useRef<HTMLDivElement>(null);
  const isBusy = useCallback(() => {
    const { current } = list;
    if (current === null) return false;
    return current.getBoundingClientRect().top < 0 || current.contains(document.activeElement);
  }, []);
  const { page, rows, error, isOld, reload, needUpTo } = usePollRows(place.filter, isBusy);

  const isRead = page !== undefined;
  const scroll = useRef(place.scroll);
  useLayoutEffect(() => {
    if (!isRead || scroll.current === 0) return;
    scrollTo(0, scroll.current);
    list.current?.querySelector<HTMLElement>("[role=grid]")?.focus({ preventScroll: true });
    scroll.current = 0;
  }, [isRead]);

  const onFilter = (filter: PollFilter) =>
    onPlace((before) => ({ ...before, filter, active: 0, scroll: 0 }));
  const open = (poll: Poll) => {
    onPlace((before) => ({ ...before, scroll: Math.max(1, scrollY) }));
    location.hash = pollAddress(poll.pollId);
  };
  if (stack?.hasTable === false) return <NoTable />;
  return (
    <>
      <h1 class="unseen">Polls</h1>
      <Counts
        counts={page?.counts}
        dueWithinMinute={page?.dueWithinMinute}
        chosen={place.filter.states}
        onToggle={(state) => onFilter(toggleState(place.filter, state))}
      />
      <StandOuts
        onShow={({ states, host, sort }) => {
          const order = sort === "due" ? "asc" : "desc";
          onFilter({ states, host, sort, order, text: "" });
        }}
      />
      <section ref={list} class="panel" aria-label="List of polls">
        <FilterBar
          filter={place.filter}
          hosts={page?.hosts ?? []}
          total={page?.total}
          isNarrow={isNarrow}
          onFilter={onFilter}
        />
        {error !== undefined && <p class="error">{error}</p>}
        {page?.isPartial && (
          <p>The table has more polls than this page keeps: what you see are only some of them.</p>
        )}
        {isOld && isBusy() && (
          <button type="button" class="button is-floating" onClick={reload}>
            Show what changed
          </button>
        )}
        {page === undefined && error === undefined && <p class="quiet empty">Reading the polls…</p>}
        {page?.total === 0 && <p class="quiet empty">No poll is here.</p>}
        {page !== undefined && page.total > 0 && (
          <PollGrid
            rows={rows}
            total={page.total}
            filter={place.filter}
            isNarrow={isNarrow}
            active={Math.min(place.active, page.total - 1)}
            onActive={(active) => onPlace((before) => ({ ...before, active }))}
            onFilter={onFilter}
            onOpen={open}
            needUpTo={needUpTo}
          />
        )}
      </section>
    </>
  );
}

function NoTable() {
  return (
    <section class="panel">
      <h1>Polls</h1>
      <p>
        This stack has no table, so that nobody knows which polls there are: only their messages are
        in the queue. Deploy it with the fence to see them. Queues, dead letters and new polls work
        without it.
      </p>
    </section>
  );
}
