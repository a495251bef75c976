import { createHash } from "node:crypto";
import { UsageError } from "../usage-error.ts";

/** What to deploy, and how. */
export interface Deployment {
  readonly stack: string;
  readonly region: string;
  /** Whether SAM asks for every parameter. */
  readonly guided: boolean;
  /** Values by parameter name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The arguments of `sam deploy`. Parameters that are not given keep their values. `Release` changes with the given
 * parameters, so that the alias gets a new version with them; with `guided` it changes each time.
 *
 * @param now in epoch ms
 * @throws {UsageError} for a value that SAM would change
 */
export function samArguments(
  template: string,
  { stack, region, guided, parameters }: Deployment,
  now: number,
): string[] {
  const Release = guided ? now.toString(36) : digest(parameters);
  return [
    "deploy",
    ...["--template-file", template],
    ...["--stack-name", stack],
    ...["--capabilities", "CAPABILITY_IAM"],
    "--no-fail-on-empty-changeset",
    ...["--region", region],
    ...(guided ? ["--guided"] : ["--resolve-s3"]),
    "--parameter-overrides",
    ...Object.entries({ Release, ...parameters }).map(
      ([name, value]) => `${name}=${quoted(name, value)}`,
    ),
  ];
}

/** SAM takes it for an escape, and cannot be told that it is none. */
const ESCAPE = /\\(?=["'\s]|$)/;

/** Quotes a value: SAM splits an unquoted override at blanks and commas. */
function quoted(name: string, value: string): string {
  if (ESCAPE.test(value)) {
    throw new UsageError(
      `--parameter ${name}: SAM cannot pass on a backslash before a quote, a blank or the end`,
    );
  }
  return `"${value.replaceAll('"', '\\"')}"`;
}

const digest = (parameters: Readonly<Record<string, string>>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(parameters).sort()))
    .digest("hex")
    .slice(0, 12);
