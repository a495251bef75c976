/** Which polls the list shows, and in which order. */
export interface PollFilter {
  /** Empty: all. */
  readonly states: readonly string[];
  /** An origin; empty: all. */
  readonly host: string;
  readonly text: string;
  readonly sort: string;
  readonly order: "asc" | "desc";
}

export const NO_FILTER: PollFilter = {
  states: [],
  host: "",
  text: "",
  sort: "age",
  order: "asc",
};

/** The orders of the list, and which way each is most useful first. */
export const SORTS: readonly {
  readonly name: string;
  readonly words: string;
  readonly first: PollFilter["order"];
}[] = [
  { name: "state", words: "State", first: "asc" },
  { name: "id", words: "Poll", first: "asc" },
  { name: "host", words: "Host", first: "asc" },
  { name: "due", words: "Waits for, or why it ended", first: "asc" },
  { name: "retries", words: "Retries", first: "desc" },
  { name: "age", words: "Age", first: "asc" },
];

/** The order after its column was chosen: chosen again, it turns round. */
export function sortedBy(filter: PollFilter, sort: string): PollFilter {
  const first = SORTS.find(({ name }) => name === sort)?.first ?? "asc";
  if (filter.sort !== sort) return { ...filter, sort, order: first };
  return { ...filter, order: filter.order === "asc" ? "desc" : "asc" };
}

/** Adds a state to the filter, or takes it out. */
export function toggleState(filter: PollFilter, state: string): PollFilter {
  const { states } = filter;
  const has = states.includes(state);
  return { ...filter, states: has ? states.filter((one) => one !== state) : [...states, state] };
}

/** The query of the server's list. */
export function queryOf(filter: PollFilter, limit: number, cursor?: string): string {
  const { states, host, text, sort, order } = filter;
  const query = new URLSearchParams({ sort, order, limit: String(limit) });
  if (states.length > 0) query.set("state", states.join(","));
  if (host !== "") query.set("host", host);
  if (text.trim() !== "") query.set("text", text.trim());
  if (cursor !== undefined) query.set("cursor", cursor);
  return query.toString();
}
