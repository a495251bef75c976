import { maskEvent } from "../../lib/batch/logged-fields.ts";
import { isJsonObject } from "../../lib/json/json.ts";
import type { Logger } from "../../lib/log/logger.ts";

/** The `logger` of @middy/input-output-logger: logs one line for the event and one for the response. */
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
