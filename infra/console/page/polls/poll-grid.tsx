import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Poll } from "../api/schemas.ts";
import { useNow } from "../hooks/use-now.ts";
import { type PollFilter, SORTS, sortedBy } from "./poll-filter.ts";
import { PollRow } from "./poll-row.tsx";
import { type RowWindow, rowAfterKey, rowWindow } from "./window.ts";

const ROW_HEIGHT = 44;
/** As the style sheet says. */
const NARROW_ROW_HEIGHT = 112;
/** A browser draws no taller page. Who has more polls filters. */
const MOST_ROWS = 100_000;

/** The list of polls. Only the rows in view are drawn; the page scrolls, not the list. */
export function PollGrid(props: {
  readonly rows: readonly Poll[];
  readonly total: number;
  readonly filter: PollFilter;
  readonly isNarrow: boolean;
  readonly active: number;
  readonly onActive: (row: number) => void;
  readonly onFilter: (filter: PollFilter) => void;
  readonly onOpen: (poll: Poll) => void;
  readonly needUpTo: (row: number) => void;
}) {
  const { rows, filter, isNarrow, active, onActive, onFilter, onOpen, needUpTo } = props;
  const total = Math.min(props.total, MOST_ROWS);
  const now = useNow();
  const body = useRef<HTMLDivElement>(null);
  const [{ first, end }, setView] = useState<RowWindow>({ first: 0, end: 40 });
  const height = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;

  const measure = useCallback(() => {
    const top = -(body.current?.getBoundingClientRect().top ?? 0);
    setView((before) => {
      const view = rowWindow(total, height, top, innerHeight);
      return view.first === before.first && view.end === before.end ? before : view;
    });
  }, [total, height]);
  useLayoutEffect(measure);
  useEffect(() => {
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [measure]);
  useEffect(() => needUpTo(end), [end, needUpTo]);

  const move = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const poll = rows[active];
    if (event.key === "Enter" && poll !== undefined) {
      event.preventDefault();
      onOpen(poll);
      return;
    }
    const to = rowAfterKey(
      event.key,
      active,
      total,
      Math.max(1, Math.floor(innerHeight / height) - 2),
    );
    if (to === undefined) return;
    event.preventDefault();
    onActive(to);
    showRow(to);
  };
  const showRow = (row: number) => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + row * height;
    if (top < height) scrollBy(0, top - height * 2);
    else if (top + height > innerHeight) scrollBy(0, top + height * 1.5 - innerHeight);
  };

  const drawn = [...Array(Math.max(0, end - first)).keys()].map((offset) => first + offset);
  if (active < total && (active < first || active >= end)) drawn.push(active);
  return (
    <div
      class="grid"
      role="grid"
      aria-label="Polls"
      aria-rowcount={total + 1}
      aria-colcount={SORTS.length}
      aria-activedescendant={total > 0 ? `row-${active}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) move(event);
      }}
    >
      <div role="rowgroup" class="grid-head">
        <div role="row" class="row-head" aria-rowindex={1}>
          {SORTS.map(({ name, words }) => (
            <SortHead key={name} name={name} words={words} filter={filter} onFilter={onFilter} />
          ))}
        </div>
      </div>
      <div ref={body} role="rowgroup" class="grid-body" style={{ height: `${total * height}px` }}>
        {drawn.map((index) => {
          const poll = rows[index];
          return (
            <PollRow
              key={index}
              poll={poll}
              index={index}
              top={index * height}
              isActive={index === active}
              now={now}
              onOpen={() => {
                onActive(index);
                if (poll !== undefined) onOpen(poll);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

function SortHead(props: {
  readonly name: string;
  readonly words: string;
  readonly filter: PollFilter;
  readonly onFilter: (filter: PollFilter) => void;
}) {
  const { name, words, filter, onFilter } = props;
  const isSorted = filter.sort === name;
  const order = filter.order === "asc" ? "ascending" : "descending";
  return (
    <span role="columnheader" class={`head-${name}`} aria-sort={isSorted ? order : "none"}>
      <button type="button" onClick={() => onFilter(sortedBy(filter, name))}>
        {words}
        <span aria-hidden="true">{isSorted ? (filter.order === "asc" ? " ↑" : " ↓") : ""}</span>
      </button>
    </span>
  );
}
