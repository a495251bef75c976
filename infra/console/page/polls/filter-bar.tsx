import { countOf } from "../words/durations.ts";
import { hostOf } from "../words/waiting.ts";
import { NO_FILTER, type PollFilter, SORTS, sortedBy } from "./poll-filter.ts";

/** Chooses which polls are listed. */
export function FilterBar(props: {
  readonly filter: PollFilter;
  readonly hosts: readonly string[];
  readonly total: number | undefined;
  readonly isNarrow: boolean;
  readonly onFilter: (filter: PollFilter) => void;
}) {
  const { filter, hosts, total, isNarrow, onFilter } = props;
  const isFiltered = filter.states.length > 0 || filter.host !== "" || filter.text !== "";
  return (
    <search class="filter-bar">
      <div class="field is-wide">
        <label for="filter-text">Id or text</label>
        <input
          id="filter-text"
          type="search"
          value={filter.text}
          autocomplete="off"
          onInput={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="filter-host">Host</label>
        <select
          id="filter-host"
          value={filter.host}
          onChange={({ currentTarget }) => onFilter({ ...filter, host: currentTarget.value })}
        >
          <option value="">all hosts</option>
          {hosts.map((host) => (
            <option key={host} value={host}>
              {hostOf(host)}
            </option>
          ))}
        </select>
      </div>
      {isNarrow && (
        <div class="field">
          <label for="filter-sort">Sort by</label>
          <select
            id="filter-sort"
            value={filter.sort}
            onChange={({ currentTarget }) => onFilter(sortedBy(filter, currentTarget.value))}
          >
            {SORTS.map(({ name, words }) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </div>
      )}
      <p class="filter-total" role="status">
        {total !== undefined && countOf(total, "poll")}
        {isFiltered && (
          <button
            type="button"
            class="link"
            onClick={() => onFilter({ ...NO_FILTER, sort: filter.sort, order: filter.order })}
          >
            Show all
          </button>
        )}
      </p>
    </search>
  );
}
