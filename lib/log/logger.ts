import * as z from "zod/mini";

/** The levels of a log line, by rising weight; `SILENT` is only a threshold. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "SILENT"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One log line. What stands in it may be seen by anybody who reads logs: see `log-masking.ts`. */
export interface LogEntry {
  readonly level: Exclude<LogLevel, "SILENT">;
  readonly message: string;
  readonly [field: string]: unknown;
}

export type Logger = (entry: LogEntry) => void;

/** A logger with a method per level, as Powertools for AWS Lambda has it. */
export interface LevelLogger {
  debug(message: string, fields: Record<string, unknown>): unknown;
  info(message: string, fields: Record<string, unknown>): unknown;
  warn(message: string, fields: Record<string, unknown>): unknown;
  error(message: string, fields: Record<string, unknown>): unknown;
}

/** What our middlewares take as `logger`: a function, or an object with a method per level. */
export type AnyLogger = Logger | LevelLogger;

/**
 * Makes a logger that writes a line of JSON an entry.
 *
 * @param threshold lighter entries are left out
 * @param write `@default` standard output: Lambda takes JSON lines from there as they are
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

/** The logger of a middleware that was given none. */
export const log: Logger = createLogger("INFO");

/** Logs from a hook, which must not throw: what the logger throws is dropped. */
export function tellLogger(logger: AnyLogger, entry: LogEntry): void {
  try {
    const { level, message, ...fields } = entry;
    if (typeof logger === "function") logger(entry);
    else logger[METHODS[level]](message, fields);
  } catch {
    // The records' results are worth more than a line about them.
  }
}

/** The option `logger` of our middlewares: a function, or an object with a method per level. */
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
