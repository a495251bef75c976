import { readText } from "../read-text.ts";
import { UsageError } from "../usage-error.ts";

/** A variable, alone or after a scheme (RFC 9110 section 11.6.2): most variables hold the token without it. */
const FROM_ENVIRONMENT = /^(?<scheme>(?:bearer|basic|token) +)?env:(?<name>[a-z_]\w*)$/i;

/** A header as it was given. Errors show only its `source`: its text may be a secret. */
export interface HeaderLine {
  readonly source: string;
  readonly text: string;
}

/**
 * Collects the headers of a poll: first those of files, one `Name: value` per line, then those of the command line.
 * Ignores empty lines and lines that begin with `#`.
 *
 * @throws {UsageError} when a file cannot be read
 */
export async function headerLines(
  files: readonly string[],
  options: readonly string[],
): Promise<HeaderLine[]> {
  const ofFiles = await Promise.all(files.map(linesOf));
  const ofOptions = options.map((text, index) => ({
    source: `--header number ${index + 1}`,
    text,
  }));
  return [...ofFiles.flat(), ...ofOptions];
}

/**
 * Parses header lines. A value `env:NAME`, or `Bearer env:NAME`, is filled in from the environment variable,
 * because other users of the machine can see a command line. Headers with the same name are
 * joined by `, `, cookies by `; ` (RFC 6265 section 5.4).
 *
 * @throws {UsageError} naming the invalid line, or the variable that is not set; never a value
 */
export function headersOf(
  lines: readonly HeaderLine[],
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const headers = new Map<string, string>();
  for (const { source, text } of lines) {
    const colon = text.indexOf(":");
    if (colon <= 0) throw new UsageError(`${source} is not of the form 'Name: value'`);
    const name = text.slice(0, colon).trim().toLowerCase();
    const value = givenValue(text.slice(colon + 1).trim(), source, environment);
    const before = headers.get(name);
    const separator = name === "cookie" ? "; " : ", ";
    headers.set(name, before === undefined ? value : `${before}${separator}${value}`);
  }
  return Object.fromEntries(headers);
}

function givenValue(text: string, source: string, environment: NodeJS.ProcessEnv): string {
  const { scheme = "", name } = FROM_ENVIRONMENT.exec(text)?.groups ?? {};
  if (name === undefined) return text;
  const value = environment[name];
  if (value !== undefined && value !== "") return scheme + value;
  throw new UsageError(`${source}: the environment variable ${name} is not set`);
}

async function linesOf(file: string): Promise<HeaderLine[]> {
  const text = await readText(file, `--header-file ${file}`);
  return text
    .split("\n")
    .map((line, index) => ({ source: `${file} line ${index + 1}`, text: line.trim() }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}
