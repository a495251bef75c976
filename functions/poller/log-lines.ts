import { listIn } from "../../lib/batch/event-records.ts";
import { maskEvent } from "../../lib/batch/logged-fields.ts";
import { isJsonObject } from "../../lib/json/json.ts";
import type { Logger } from "../../lib/log/logger.ts";

/**
 * The `logger` of @middy/input-output-logger: logs one line for the event and one for the response.
 *
 * @param showsAll whether the line for the event shows each record, and not only their number
 */
export function logEventAndResponse(logger: Logger, showsAll: boolean) {
  return (logged: unknown): void => {
    if (!isJsonObject(logged)) return;
    if ("event" in logged) {
      const records = showsAll ? maskEvent(logged.event) : undefined;
      logger({
        level: "INFO",
        message: "batch received",
        count: recordCountIn(logged.event),
        records,
      });
    } else {
      logger({ level: "INFO", message: "batch answered", response: logged.response });
    }
  };
}

function recordCountIn(event: unknown): number {
  return listIn(event)?.length ?? 0;
}
