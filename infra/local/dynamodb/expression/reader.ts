import { messageOf } from "../../../../lib/message-of.ts";
import { validationError } from "../dynamodb-error.ts";
import { isReservedWord } from "./reserved-words.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** The place of a value in an item: attribute names as in the expression, and list indexes. */
export type Path = readonly (string | number)[];

/** A parsed expression, and the placeholders that it uses. It depends only on its text. */
export interface Parsed<Ast> {
  readonly ast: Ast;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/** Amazon DynamoDB, "Service, account, and table quotas", Expression length. */
const MAX_EXPRESSION_BYTES = 4096;

/** Reads the tokens of an expression, from the first to the last. */
export class Reader {
  readonly #tokens: readonly Token[];
  readonly #names = new Set<string>();
  readonly #values = new Set<string>();
  #at = 0;

  constructor(expression: string) {
    this.#tokens = tokensOf(expression);
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "<EOF>" };
  }

  get next(): Token {
    return this.#tokens[this.#at + 1] ?? { kind: "end", text: "<EOF>" };
  }

  take(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  /** Consumes the next token if it is this symbol. */
  takeSymbol(symbol: string): boolean {
    const isThere = this.token.kind === "symbol" && this.token.text === symbol;
    if (isThere) this.#at += 1;
    return isThere;
  }

  /** Consumes the next token if it is this keyword, in upper or lower case. */
  takeKeyword(keyword: string): boolean {
    const isThere = this.token.kind === "word" && this.token.text.toUpperCase() === keyword;
    if (isThere) this.#at += 1;
    return isThere;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.syntaxError();
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) throw this.syntaxError();
  }

  /** One or more, separated by commas. */
  list<Member>(read: () => Member): Member[] {
    const members = [read()];
    while (this.takeSymbol(",")) members.push(read());
    return members;
  }

  /** `name`, `#name`, `name.field[2]`. */
  path(): Path {
    const steps: (string | number)[] = [this.#attributeName()];
    for (;;) {
      if (this.takeSymbol(".")) steps.push(this.#attributeName());
      else if (this.takeSymbol("[")) {
        if (this.token.kind !== "index") throw this.syntaxError();
        steps.push(Number(this.take().text));
        this.expectSymbol("]");
      } else return steps;
    }
  }

  /** `:value`. */
  value(): string {
    if (this.token.kind !== "value") throw this.syntaxError();
    const { text } = this.take();
    this.#values.add(text);
    return text;
  }

  syntaxError(): Error {
    const near = this.#tokens.slice(Math.max(0, this.#at - 1), this.#at + 2);
    const texts = near.filter(({ kind }) => kind !== "end").map(({ text }) => text);
    return validationError(`Syntax error; token: "${this.token.text}", near: "${texts.join(" ")}"`);
  }

  /** @throws when tokens are left */
  end<Ast>(ast: Ast): Parsed<Ast> {
    if (this.token.kind !== "end") throw this.syntaxError();
    return { ast, names: this.#names, values: this.#values };
  }

  #attributeName(): string {
    const { kind, text } = this.token;
    if (kind === "name") this.#names.add(text);
    else if (kind !== "word") throw this.syntaxError();
    else if (isReservedWord(text)) {
      throw validationError(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    this.#at += 1;
    return text;
  }
}

/**
 * Makes a parser of one kind of expression. It caches results: programs send the same few texts.
 *
 * @param kind the name of the parameter, which errors contain
 * @throws DynamoDbError ValidationException, when the parser is called
 */
export function createParser<Ast>(
  kind: string,
  read: (reader: Reader) => Ast,
): (expression: string) => Parsed<Ast> {
  const known = new Map<string, Parsed<Ast>>();
  return (expression) => {
    const parsed = known.get(expression) ?? parse(kind, expression, read);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(expression, parsed);
    return parsed;
  };
}

const MAX_REMEMBERED = 100;

function parse<Ast>(kind: string, expression: string, read: (reader: Reader) => Ast): Parsed<Ast> {
  if (expression.trim() === "") {
    throw validationError(`Invalid ${kind}: The expression can not be empty;`);
  }
  if (Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES) {
    throw validationError(
      `Invalid ${kind}: Expression size has exceeded the maximum allowed size;`,
    );
  }
  const reader = new Reader(expression);
  try {
    return reader.end(read(reader));
  } catch (error) {
    throw validationError(`Invalid ${kind}: ${messageOf(error)}`);
  }
}
