import { parseHostPattern } from "../../lib/http/host-pattern.ts";

/** A parameter of Systems Manager that holds a list, by its name. */
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
    "must be host names, addresses or *.example.com, separated by commas, without scheme and port",
};

export const SECRETS: ListKind = {
  isItem: (item) => /^(?:secretsmanager:|ssm:\/)[\w/+=.@!:*-]+$/.test(item),
  mustBe: "must be names of secrets separated by commas, like secretsmanager:polls/*,ssm:/polls/*",
};

/**
 * Reads a list, separated by commas.
 *
 * @returns `undefined` where an item is wrong, or there is none: an empty list of allowed hosts would allow all
 */
export function parseList(text: string, { isItem }: ListKind): readonly string[] | undefined {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return items.length > 0 && items.every(isItem) ? items : undefined;
}

/** Reads `parameter:/name`; `undefined` for any other text. */
export function parseListParameter(text: string): ListParameter | undefined {
  const [, parameter] = /^parameter:(\/[\w./-]{1,1010})$/.exec(text.trim()) ?? [];
  return parameter === undefined ? undefined : { parameter };
}
