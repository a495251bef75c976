import { isJsonObject } from "../../lib/json.ts";
import type { Logger } from "../../lib/log/logger.ts";
import { maskEvent } from "../../lib/log/masking.ts";

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
