import pLimit from "p-limit";
import * as z from "zod/mini";
import type { DeadLetter } from "../../../lib/client/index.ts";
import { tryMessage } from "../../../lib/explain/try-message.ts";
import { presetCatalogue } from "../../../lib/presets/catalogue.ts";
import type { ConsoleSource } from "../console-source.ts";
import { messageProblems } from "../messages/message-problems.ts";
import { cut, editableText, shownMessageText } from "../messages/shown-text.ts";
import type { DepthWatch } from "../polls/depth-watch.ts";
import type { PollWatch } from "../polls/poll-watch.ts";
import { costText } from "../polls/refresh-pace.ts";
import { ApiError } from "../server/api-error.ts";
import type { ApiRoutes } from "./api-call.ts";

const messageSchema = z.object({ message: z.string() });

const trySchema = z.object({
  message: z.string(),
  /** Whether a start may be made that is not idempotent. */
  mayStart: z.optional(z.boolean()),
  /** A recorded answer: nothing is asked then. */
  answer: z.optional(z.string()),
});

const redriveSchema = z.object({
  ids: z.optional(z.array(z.string())),
  only: z.optional(z.string()),
  edits: z.optional(z.record(z.string(), z.string())),
});

export interface MessageRoutesOptions {
  readonly source: ConsoleSource;
  readonly polls: PollWatch;
  readonly depths: Pick<DepthWatch, "changed">;
  readonly now: () => number;
}

/** The routes of messages: check, submit, try; and those of dead letters. */
export function messageRoutes({ source, polls, depths, now }: MessageRoutesOptions): ApiRoutes {
  const { client } = source;
  // Whoever looks at the queue hides its messages from others meanwhile.
  const oneAtATime = pLimit(1);
  let lastLetters: readonly DeadLetter[] = [];
  const readLetters = (): Promise<readonly DeadLetter[]> =>
    oneAtATime(async () => {
      const letters: DeadLetter[] = [];
      for await (const letter of client.deadLetters()) {
        letters.push(letter);
        if (letters.length >= MAX_LETTERS) break;
      }
      lastLetters = letters;
      return letters;
    });
  return {
    "GET /api/stack": async () => {
      const { name, isLocal, region, hasTable, history } = source;
      const { pace, rows } = polls.state();
      return {
        name,
        isLocal,
        region,
        hasTable,
        history,
        presets: presetCatalogue().map(({ name, about, source: page }) => ({
          name,
          summary: about,
          source: page,
          until: name,
        })),
        refresh: {
          everySeconds: pace.everySeconds,
          rows,
          costPerHour: isLocal ? null : costText(pace),
        },
        now: new Date(now()).toISOString(),
      };
    },
    "POST /api/validate": async ({ readBody }) => {
      const { message } = await readBody(messageSchema);
      const errors = messageProblems(message);
      return errors.length === 0 ? { ok: true } : { errors };
    },
    "POST /api/submit": async ({ readBody }) => {
      const { message } = await readBody(messageSchema);
      refuseProblems(message);
      const pollId = await client.submit(message);
      polls.changed([pollId]);
      return { pollId };
    },
    "POST /api/try": async ({ readBody, signal }) => {
      const { message, mayStart, answer } = await readBody(trySchema);
      return tryMessage(message, {
        send: source.send,
        now,
        signal,
        ...(mayStart !== undefined && { mayStart }),
        ...(answer !== undefined && { recordedAnswer: answer }),
      });
    },
    "GET /api/dead-letters": async () => {
      const letters = await readLetters();
      return { letters: letters.map(shownLetter), isPartial: letters.length >= MAX_LETTERS };
    },
    "GET /api/dead-letters/:id": async ({ id }) => {
      const known = lastLetters.find(({ messageId }) => messageId === id);
      const letter = known ?? (await readLetters()).find(({ messageId }) => messageId === id);
      if (letter !== undefined) return { text: editableText(letter.body) };
      throw new ApiError(404, "NoDeadLetterError", "this dead letter is no longer in the queue");
    },
    "POST /api/dead-letters/redrive": async ({ readBody }) => {
      const { ids, only, edits } = await readBody(redriveSchema);
      const redriven = await oneAtATime(() => client.redrive({ ids, only, edits }));
      depths.changed();
      return redriven;
    },
  };
}

/** Each is received to be listed. */
const MAX_LETTERS = 500;

/** @throws {ApiError} naming the first problems, when the message cannot be polled */
function refuseProblems(text: string): void {
  const problems = messageProblems(text);
  if (problems.length === 0) return;
  const said = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  throw new ApiError(422, "InvalidMessageError", said.join("; "));
}

/** Any program can send dead letters, with reasons of any length. */
const LONGEST_REASON = 2000;

function shownLetter({ body, reason, ...letter }: DeadLetter): object {
  return {
    ...letter,
    reason: cut(reason, LONGEST_REASON),
    bytes: Buffer.byteLength(body),
    body: shownMessageText(body),
    problems: messageProblems(body),
  };
}
