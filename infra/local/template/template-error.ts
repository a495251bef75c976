import { en } from "zod/locales";
import * as z from "zod/mini";

/** A template, or a parameter for it, cannot be run. The message names the place in the template. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly path: string;
  readonly problem: string;

  /** @param path the place, for example `Resources.PollQueue.Properties.VisibilityTimeout` */
  constructor(path: string, problem: string) {
    super(`template: ${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

const ENGLISH = en().localeError;

/**
 * Parses `value` with `schema`.
 *
 * @throws TemplateError that names the first invalid place
 */
export function parseAt<T extends z.core.$ZodType>(
  schema: T,
  value: unknown,
  path: string,
): z.output<T> {
  const result = z.safeParse(schema, value, { error: ENGLISH });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = [path, ...(issue?.path.map(String) ?? [])].join(".");
  throw new TemplateError(place, issue?.message ?? "is invalid");
}
