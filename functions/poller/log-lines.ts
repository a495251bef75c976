import type { SQSRecord } from "aws-lambda";
import { isJsonObject } from "../../lib/json.ts";
import type { Logger } from "../../lib/log/logger.ts";
import { maskError, maskEvent, maskRecord } from "../../lib/log/masking.ts";

/** A line for the batch as it came, and one for what was answered; @middy/input-output-logger's `logger`. */
export function logEventAndResponse(logger: Logger) {
  return (logged: unknown): void => {
    if (!isJsonObject(logged)) return;
    if ("event" in logged) {
      logger({ level: "INFO", message: "batch received", records: maskEvent(logged.event) });
    } else {
      logger({ level: "INFO", message: "batch answered", response: logged.response });
    }
  };
}

/** A line for each record that is reported in `batchItemFailures`; @middy/sqs-partial-batch-failure's `logger`. */
export function logFailure(logger: Logger) {
  return (reason: unknown, record: SQSRecord): void => {
    logger({
      level: "ERROR",
      message: "record failed",
      ...maskRecord(record),
      error: maskError(reason),
    });
  };
}
