import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { recordFacts } from "../lib/batch/record-facts.ts";
import type { BatchRequest, FulfilledRecord } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { createCallLimits } from "../lib/fence/call-limits.ts";
import { claimantOf } from "../lib/fence/claimant.ts";
import { countMembers, type Group } from "../lib/groups/count-members.ts";
import { memberStatusOf } from "../lib/groups/group-end.ts";
import type { EndedMember, GroupTable } from "../lib/groups/group-table.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, functionOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { groupIn } from "../lib/poll/message/group.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";

const name = "countGroups";

/** Options of {@link countGroups}. */
export interface CountGroupsOptions {
  /** The poll queue, which the message that delivers a group's outcome goes to. */
  readonly queueUrl: string;
  /** The table of the groups, made by `dynamoDbGroups`: the fence's table. */
  readonly table: GroupTable;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /** Logs members that come after their group's outcome. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
}

const defaults = { logger: log, now: Date.now } satisfies Partial<CountGroupsOptions>;

const optionSchema = z.strictObject({
  queueUrl: queueUrlOption,
  table: z.custom<GroupTable>(
    (value) => typeof value === "object" && value !== null && "noteSent" in value,
    "must be a table of groups, made by dynamoDbGroups",
  ),
  client: clientOption,
  logger: loggerOption,
  now: functionOption<() => number>(),
});

/**
 * Counts the polls that have ended and name a `group` in their message. When all polls of a group have ended, sends the
 * message that delivers the group's outcome. Belongs between `decideOutcomes`, which makes a poll's end final, and
 * `deliverOutcomes`.
 *
 * If a member could not be counted, its record is rejected, and is counted when it comes back; a member that comes
 * twice is counted once. Records without a group cost nothing. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy().use(deliverOutcomes({ queueUrl })).use(countGroups({ queueUrl, table })).use(decideOutcomes({ fence }));
 */
export function countGroups(options: CountGroupsOptions): middy.MiddlewareObj<SQSEvent> {
  const { queueUrl, table, client, logger, now } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };

  const runCall = createCallLimits();
  const send = async (body: string, signal: AbortSignal | undefined): Promise<void> => {
    const sqs = client ?? defaultSqsClient();
    const [refusal] = await sendMessages(sqs, queueUrl, [{ body }], { signal });
    if (refusal !== undefined) throw refusal;
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const groups = groupsOf(results.fulfilled("completed"));
    if (groups.size === 0) return;
    const signal = hookSignal(request.context);
    await Promise.all(
      [...groups.values()].map(async ({ group, members }) => {
        try {
          const ports = { table, send: (body: string) => send(body, signal), now, signal };
          const late = await runCall(signal, () => countMembers(group, members, ports));
          for (const { pollId } of late) {
            const message = "poll not counted: its group has ended before";
            tellLogger(logger, { level: "WARN", message, pollId, groupId: group.id });
          }
        } catch (error) {
          for (const { record } of members) results.reject(record, error);
        }
      }),
    );
  };

  return stackHooks({ name }, { after, logger });
}

interface Member extends EndedMember {
  readonly record: SQSRecord;
}

/** The members of each group in a batch, by the group's id and what else they say of it. */
function groupsOf(
  ended: readonly FulfilledRecord[],
): Map<string, { readonly group: Group; readonly members: Member[] }> {
  const groups = new Map<string, { readonly group: Group; readonly members: Member[] }>();
  for (const { record, result } of ended) {
    // The end of a poll is final only once the table holds it.
    if (result.kind !== "completed" || !result.isInTable || result.outcome === undefined) continue;
    const group = groupIn(recordFacts(record).body);
    if (group === undefined) continue;
    const { pollId } = claimantOf(record);
    const member = { record, pollId, status: memberStatusOf(result.outcome) };
    const key = JSON.stringify(group);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { group, members: [member] });
    else known.members.push(member);
  }
  return groups;
}
