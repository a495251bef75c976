import { isDestinationPattern } from "../../lib/deliveries/allowed-destinations.ts";
import { parseHostPattern } from "../../lib/http/host-pattern.ts";
import { parseAllowedService } from "../../lib/secrets/sigv4/allowed-services.ts";

/** The name of the Systems Manager parameter that holds a list. */
export interface ListParameter {
  readonly parameter: string;
}

/** What the items of a list must be. */
export interface ListKind {
  readonly isItem: (item: string) => boolean;
  readonly mustBe: string;
}

export const HOSTS: ListKind = {
  isItem: (item) => parseHostPattern(item) !== undefined,
  mustBe:
    "must be host names, addresses or *.example.com, separated by commas, without scheme, port and quotes",
};

export const SECRETS: ListKind = {
  isItem: (item) => /^(?:secretsmanager:|ssm:\/)[\w/+=.@!:*-]+$/.test(item),
  mustBe: "must be names of secrets separated by commas, like secretsmanager:polls/*,ssm:/polls/*",
};

export const DELIVERIES: ListKind = {
  isItem: isDestinationPattern,
  mustBe:
    "must be destinations separated by commas: queue:URL, eventBus:NAME or topic:ARN, each with an optional * at its end, taskToken, webhook",
};

export const SERVICES: ListKind = {
  isItem: (item) => parseAllowedService(item) !== undefined,
  mustBe:
    "must be AWS services separated by commas, like athena,execute-api@abc.example.com, and none of those that the function needs for itself",
};

/**
 * Parses a list separated by commas.
 *
 * @returns `undefined` when an item is invalid or the list is empty: an empty list of allowed hosts would allow all
 */
export function parseList(text: string, { isItem }: ListKind): readonly string[] | undefined {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return items.length > 0 && items.every(isItem) ? items : undefined;
}

/** Parses `parameter:/name`; returns `undefined` for any other text. */
export function parseListParameter(text: string): ListParameter | undefined {
  const [, parameter] = /^parameter:(\/[\w./-]{1,1010})$/.exec(text.trim()) ?? [];
  return parameter === undefined ? undefined : { parameter };
}
