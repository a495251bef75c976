import { useEffect, useState } from "preact/hooks";

/** Which view is shown. */
export type Route =
  | { readonly view: "polls" }
  | { readonly view: "poll"; readonly pollId: string }
  | { readonly view: "hosts" }
  | { readonly view: "dead-letters" }
  | { readonly view: "submit" };

/** The view of the address; a new one is drawn when it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return routeOf(hash);
}

function routeOf(hash: string): Route {
  const [, view = "", ...rest] = hash.split("/");
  if (view === "polls" && rest.length > 0) {
    return { view: "poll", pollId: decoded(rest.join("/")) };
  }
  if (view === "hosts" || view === "dead-letters" || view === "submit") return { view };
  return { view: "polls" };
}

/** The address of one poll's view. Half of a surrogate pair, which no address can hold, is replaced. */
export function pollAddress(pollId: string): string {
  return `#/polls/${encodeURIComponent(pollId.toWellFormed())}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
