import * as z from "zod/mini";

/** The levels of a log line, in rising order; `SILENT` is only a threshold. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "SILENT"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One log line. It must not contain secrets or data: see `logged-fields.ts`. */
export interface LogEntry {
  readonly level: Exclude<LogLevel, "SILENT">;
  readonly message: string;
  readonly [field: string]: unknown;
}

export type Logger = (entry: LogEntry) => void;

/** A logger with one method per level, like that of Powertools for AWS Lambda. */
export interface LevelLogger {
  debug(message: string, fields: Record<string, unknown>): unknown;
  info(message: string, fields: Record<string, unknown>): unknown;
  warn(message: string, fields: Record<string, unknown>): unknown;
  error(message: string, fields: Record<string, unknown>): unknown;
}

/** The type of a middleware's option `logger`: a function, or an object with one method per level. */
export type AnyLogger = Logger | LevelLogger;

/**
 * Makes a logger that writes one line of JSON per entry.
 *
 * @param threshold entries with a lower level are left out
 * @param write `@default` to standard output, which Lambda passes on unchanged
 */
export function createLogger(
  threshold: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  const lightest = LOG_LEVELS.indexOf(threshold);
  return (entry) => {
    if (LOG_LEVELS.indexOf(entry.level) < lightest) return;
    write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...entry })}\n`);
  };
}

const METHODS = { DEBUG: "debug", INFO: "info", WARN: "warn", ERROR: "error" } as const;

/** The default logger of all middlewares. */
export const log: Logger = createLogger("INFO");

/** Logs from a hook. Errors of the logger are ignored, because hooks must never throw. */
export function tellLogger(logger: AnyLogger, entry: LogEntry): void {
  try {
    const { level, message, ...fields } = entry;
    if (typeof logger === "function") logger(entry);
    else logger[METHODS[level]](message, fields);
  } catch {
    // A lost log line does less harm than lost records.
  }
}

/** Checks the option `logger`: a function, or an object with one method per level. */
export const loggerOption = z.optional(
  z.custom<AnyLogger>(
    (value) => typeof value === "function" || hasLevels(value),
    "must be a function, or have the methods debug, info, warn and error",
  ),
);

function hasLevels(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    ["debug", "info", "warn", "error"].every(
      (level) => typeof Reflect.get(value, level) === "function",
    )
  );
}
