import fc from "fast-check";

/** How many code points are halves of surrogate pairs, which are no characters, and where they begin. */
const SURROGATES = 0x800;
const FIRST_SURROGATE = 0xd800;

const character = fc
  .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0, max: 0x10ffff - SURROGATES }))
  .map((at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES));

/**
 * A text of any characters. For its own unit "binary", fast-check first makes a table of all characters, which takes as
 * long as many tests, in each process.
 */
export function anyText(lengths: fc.StringConstraints = {}): fc.Arbitrary<string> {
  return fc.string({ ...lengths, unit: character });
}

/** A path of a URL with any characters, escaped. */
export const anyPath: fc.Arbitrary<string> = fc
  .array(anyText({ maxLength: 8 }))
  .map((segments) => segments.map((segment) => `/${encodeURIComponent(segment)}`).join(""));

const query = anyText().map(encodeURIComponent);

/** A URL of a host with a domain name, perhaps with a query and a fragment. */
export const anyUrl: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("http", "https"),
    fc.domain(),
    anyPath,
    fc.option(
      query.map((text) => `?${text}`),
      { nil: "" },
    ),
    fc.option(
      query.map((text) => `#${text}`),
      { nil: "" },
    ),
  )
  .map(([scheme, host, ...rest]) => `${scheme}://${host}${rest.join("")}`);
