/** A number with the digits that it was written with, as `JSON.stringify` writes it. TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(digits: string): unknown };

/**
 * Parses JSON. A number of which a double would change the digits is an object, which `JSON.stringify` writes as it was.
 *
 * @throws {SyntaxError} when the text is not JSON
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, written?: { readonly source?: string }) => {
    const digits = written?.source;
    return typeof value === "number" && digits !== undefined && String(value) !== digits
      ? rawJSON(digits)
      : value;
  });
}
