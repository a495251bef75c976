import type { Logger } from "../../lib/log/logger.ts";
import { messageOf } from "../../lib/message-of.ts";
import {
  DELIVERIES,
  HOSTS,
  type ListKind,
  type ListParameter,
  parseList,
  SECRETS,
  SERVICES,
} from "./lists.ts";

/** The operator's lists, from environment variables or from Systems Manager. */
export interface OperatorLists<List = readonly string[]> {
  readonly allowHosts: List;
  readonly denyHosts: List;
  /** The secrets that messages may name, like `secretsmanager:polls/*`. */
  readonly allowSecrets: List;
  /** The destinations that messages may name, like `queue:URL`. */
  readonly allowDeliveries: List;
  /** The AWS services that messages may have requests signed for, like `athena`. */
  readonly allowSigV4: List;
}

/** The I/O that reading the lists needs. */
export interface ListPorts {
  /** Reads Systems Manager parameters by name. Rejects when one of them cannot be read. */
  readonly read: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** A changed list takes effect within this time, in ms. */
const FRESH_FOR_MS = 60_000;

/** When the lists cannot be read again, the last known ones are used for this long, in ms. */
const USABLE_FOR_MS = 3_600_000;

const KINDS: OperatorLists<ListKind> = {
  allowHosts: HOSTS,
  denyHosts: HOSTS,
  allowSecrets: SECRETS,
  allowDeliveries: DELIVERIES,
  allowSigV4: SERVICES,
};

/**
 * Makes a function that returns the current lists. Lists in Systems Manager are read at the first call and then once
 * per minute. The function returns the same object until a list changes.
 *
 * @returns a function that rejects when the lists were never read, or not within the last hour: the poller must not
 *   poll while it does not know the lists
 */
export function createOperatorLists(
  sources: OperatorLists<readonly string[] | ListParameter>,
  { read, now, logger }: ListPorts,
): () => Promise<OperatorLists> {
  const { allowHosts, denyHosts, allowSecrets, allowDeliveries, allowSigV4 } = sources;
  const lists = [allowHosts, denyHosts, allowSecrets, allowDeliveries, allowSigV4];
  const names = lists.flatMap((source) => ("parameter" in source ? [source.parameter] : []));
  let known: { texts: string; lists: OperatorLists; readAt: number } | undefined;
  let readAgainAt = 0;

  async function readLists(): Promise<OperatorLists> {
    const values = names.length === 0 ? {} : await read([...new Set(names)]);
    const texts = JSON.stringify(names.map((name) => values[name]));
    const isSame = known?.texts === texts;
    const lists = known !== undefined && isSame ? known.lists : listsOf(sources, values);
    known = { texts, lists, readAt: now() };
    return lists;
  }

  return async () => {
    if (known !== undefined && (names.length === 0 || now() < readAgainAt)) return known.lists;
    try {
      const lists = await readLists();
      readAgainAt = now() + FRESH_FOR_MS;
      return lists;
    } catch (error) {
      if (known === undefined || now() - known.readAt > USABLE_FOR_MS) throw error;
      readAgainAt = now() + FRESH_FOR_MS;
      logger({
        level: "WARN",
        message: "lists not read, the last known lists are used",
        lastReadAt: new Date(known.readAt).toISOString(),
        error: messageOf(error),
      });
      return known.lists;
    }
  };
}

function listsOf(
  sources: OperatorLists<readonly string[] | ListParameter>,
  values: Readonly<Record<string, string>>,
): OperatorLists {
  const listOf = (name: keyof OperatorLists): readonly string[] => {
    const source = sources[name];
    if (!("parameter" in source)) return source;
    const list = parseList(values[source.parameter] ?? "", KINDS[name]);
    if (list !== undefined) return list;
    throw new TypeError(`parameter ${source.parameter} ${KINDS[name].mustBe}`);
  };
  return {
    allowHosts: listOf("allowHosts"),
    denyHosts: listOf("denyHosts"),
    allowSecrets: listOf("allowSecrets"),
    allowDeliveries: listOf("allowDeliveries"),
    allowSigV4: listOf("allowSigV4"),
  };
}
