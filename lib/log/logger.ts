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

/** The logger of a middleware that was given none. */
export const log: Logger = createLogger("INFO");

/** Tells a logger from an after-hook, which must not throw: a logger that does is not heard. */
export function tellLogger(logger: Logger, entry: LogEntry): void {
  try {
    logger(entry);
  } catch {
    // The records' results are worth more than a line about them.
  }
}
