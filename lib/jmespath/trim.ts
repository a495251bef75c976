/** The characters that JMESPath trims by default. */
const BLANK = /[\s\x85]/;

/**
 * JMESPath's `trim`, `trim_left` and `trim_right` in linear time. The library's patterns start again at each character,
 * which takes seconds when thousands of characters in a row can be trimmed.
 *
 * @returns `undefined` for another function, or for arguments that the library must refuse
 */
export function trimmed(name: string, args: readonly unknown[]): string | undefined {
  const [text, characters = ""] = args;
  const isTrim = name === "trim" || name === "trim_left" || name === "trim_right";
  if (!isTrim || args.length > 2) return undefined;
  if (typeof text !== "string" || typeof characters !== "string") return undefined;
  const set = new Set(characters);
  const goes = (at: number) => {
    const character = text.charAt(at);
    return characters === "" ? BLANK.test(character) : set.has(character);
  };
  let [start, end] = [0, text.length];
  if (name !== "trim_right") while (start < end && goes(start)) start++;
  if (name !== "trim_left") while (end > start && goes(end - 1)) end--;
  return text.slice(start, end);
}
