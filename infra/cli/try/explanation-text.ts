import type { Explanation } from "../../../lib/explain/explanation.ts";
import type { ExpressionPart } from "../../../lib/explain/expression-parts.ts";
import type { ShownRequest } from "../../../lib/explain/shown-exchange.ts";
import { type Style, styled } from "../terminal/output.ts";
import { shorten } from "../terminal/table.ts";
import { TERMINAL_WIDTH, widthOf, wrapped } from "../terminal/width.ts";

/** So much of a body leaves room for its explanation on the same screen. */
const MOST_BODY_LINES = 24;

/** A body that is nested very deep stays where it can be read. */
const MOST_INDENT = 60;

const COLOURS = {
  pending: "cyan",
  success: "green",
  failure: "red",
  transient: "yellow",
  unjudged: "yellow",
} as const satisfies Record<Explanation["verdict"], Style>;

/** Formats an explanation for people, in lines of at most 80 columns. */
export function describeExplanation(explanation: Explanation): string[] {
  const { request, answer, evaluated, verdict, because, comesNext } = explanation;
  const { next, fetch, outcome, odd = [] } = explanation;
  const bodyLines = answer.body?.split("\n") ?? [];
  const [shortBody] = bodyLines.length === 1 ? bodyLines : [];
  const head = [answer.status, answer.contentType, shortBody].filter((of) => of !== undefined);
  return [
    line(`${request.method} ${request.url}`),
    ...(answer.redirectedTo === undefined ? [] : [line(`redirected to ${answer.redirectedTo}`)]),
    ...(head.length === 0 ? [] : [line(head.join("  "))]),
    ...(shortBody === undefined ? longBody(bodyLines) : []),
    ...(answer.error === undefined ? [] : textLines(answer.error)),
    "",
    ...evaluated.flatMap(expressionLines),
    ...(evaluated.length === 0 ? [] : [""]),
    ...textLines(`verdict: ${verdict}, ${because}`).map((text, index) =>
      index === 0 ? text.replace(verdict, styled(COLOURS[verdict], verdict)) : text,
    ),
    ...odd.flatMap((text) => textLines(`odd: ${text}`)),
    ...namedLines("next", next),
    ...namedLines("fetch", fetch),
    ...textLines(`then: ${comesNext}`),
    ...(outcome?.result === undefined ? [] : [line(`result: ${outcome.result}`)]),
    ...(outcome?.error?.reason === undefined
      ? []
      : [line(`the API says: ${outcome.error.reason}`)]),
  ];
}

/** The beginning of a body that has more lines than one. */
function longBody(lines: readonly string[]): string[] {
  const left = lines.length - MOST_BODY_LINES;
  const shown = left > 1 ? lines.slice(0, MOST_BODY_LINES) : lines;
  const more = left > 1 ? [`  … and ${left} more lines`] : [];
  return [...shown.map((text) => indented(text)), ...more];
}

/** A line of JSON, cut where it is too long; its indentation stays. */
function indented(text: string): string {
  const json = text.trimStart();
  const indent = Math.min(MOST_INDENT, 2 + text.length - json.length);
  return " ".repeat(indent) + shorten(json, TERMINAL_WIDTH - indent);
}

function namedLines(name: string, request: ShownRequest | undefined): string[] {
  if (request === undefined) return [];
  const { method, url, body } = request;
  return [line(`${name}: ${method} ${url}${body === undefined ? "" : ` ${body}`}`)];
}

function expressionLines(of: Explanation["evaluated"][number]): string[] {
  const { field, isAsked, matches } = of;
  const matched = matches === undefined ? [] : [matches ? "matches" : "does not match"];
  const state = isAsked ? matched : ["not asked"];
  const isYes = matches === true;
  const title = [isYes ? styled("bold", field) : field, ...state].join("  ");
  return [title, ...partLines(of, "  ")];
}

function partLines({ expression, value, error, note, parts = [] }: ExpressionPart, indent: string) {
  const isSaidWithin = parts.some((part) => part.error === error);
  const given = value ?? `cannot be evaluated${isSaidWithin ? "" : `: ${error}`}`;
  const lines: string[] = [...rowOf(expression, given, indent)];
  if (note !== undefined) lines.push(...textLines(note, `${indent}  `));
  for (const part of parts) lines.push(...partLines(part, deeper(indent)));
  return lines;
}

/** Very deep parts stay where they can be read. */
function deeper(indent: string): string {
  return indent.length < 20 ? `${indent}  ` : indent;
}

/** The expression and its value in one line, or in two when they do not fit. */
function rowOf(expression: string, value: string, indent: string): string[] {
  const text = expression.replace(/\s+/g, " ");
  const row = `${indent}${text}  ${value}`;
  if (widthOf(row) <= TERMINAL_WIDTH) return [row];
  const room = TERMINAL_WIDTH - indent.length - 2 - widthOf(text);
  if (room >= 20) return [`${indent}${text}  ${shorten(value, room)}`];
  return [
    ...textLines(text, indent),
    `${indent}  ${shorten(value, TERMINAL_WIDTH - indent.length - 2)}`,
  ];
}

function line(text: string): string {
  return shorten(text, TERMINAL_WIDTH);
}

/** A text in lines of at most 80 columns. */
function textLines(text: string, indent = ""): string[] {
  return wrapped(text, TERMINAL_WIDTH - indent.length).map((line) => indent + line);
}
