import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A request that the poller must make, and what the server answers. */
export interface Exchange {
  readonly method: string;
  /** Absolute, or a path of `{origin}`. */
  readonly url: string;
  /** What the request's body must hold. */
  readonly sends?: object | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A string is sent unchanged, other JSON as JSON; `undefined`: no body. */
  readonly body: unknown;
}

/** How one job goes, from its start or first poll to its end. */
export interface Conversation {
  readonly preset: string;
  /** What the message says instead of the preset's name. */
  readonly until?: object;
  readonly name: string;
  readonly from: "start" | "poll";
  /** Further origins that are told the message's headers. */
  readonly origins: readonly string[];
  readonly exchanges: readonly Exchange[];
  /** The path of the word in a body that says how far the job is. `undefined`: it has no word. */
  readonly word: string | undefined;
  /** What the outcome must say. */
  readonly end: { readonly status: string; readonly result?: unknown; readonly error?: unknown };
}

const FOLDER = join(import.meta.dirname, "../conversations");

/** The conversations of `test/conversations`, a file per preset. */
export function readConversations(): Conversation[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const { word, conversations } = parse(readFileSync(join(FOLDER, file), "utf8")) as WrittenFile;
    return conversations.map((written) => ({
      preset: file.replace(".yaml", ""),
      name: written.name,
      from: written.from ?? "start",
      origins: written.origins ?? [],
      exchanges: written.steps.map(exchangeOf),
      word: written.word ?? word,
      end: endOf(written),
    }));
  });
}

/** Puts the origins of two servers in a conversation's places for them. */
export function withOrigins<Value>(value: Value, origin: string, origin2: string): Value {
  const text = JSON.stringify(value);
  return JSON.parse(text.replaceAll("{origin}", origin).replaceAll("{origin2}", origin2));
}

interface WrittenFile {
  readonly word?: string;
  readonly conversations: readonly WrittenConversation[];
}

interface WrittenConversation {
  readonly name: string;
  readonly from?: "start" | "poll";
  readonly origins?: readonly string[];
  readonly word?: string;
  readonly steps: readonly WrittenStep[];
  readonly ends: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The request, and the status, headers and body of its answer; last, what the request must send. */
type WrittenStep = readonly [string, number, Record<string, string>?, unknown?, object?];

function exchangeOf([request, status, headers = {}, body, sends]: WrittenStep): Exchange {
  const [method = "", target = ""] = request.split(/ (.*)/s);
  const url = target.startsWith("/") ? `{origin}${target}` : target;
  return { method, url, status, headers, body, sends };
}

function endOf(written: WrittenConversation): Conversation["end"] {
  const { ends, result, error } = written;
  return {
    status: ends,
    ...("result" in written && { result }),
    ...("error" in written && { error }),
  };
}
