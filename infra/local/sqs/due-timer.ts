import type { QueueService } from "../queue/queue-service.ts";

/** How long after an error in milliseconds the service is asked to settle again. */
const RETRY_MS = 1000;

/**
 * Runs a queue service in real time, with one timer for the next due time. An error, as when a change could not be
 * written, does not stop it: the calls of the service report it.
 * @returns stops the timer.
 */
export function keepTime(service: QueueService, now: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    try {
      service.settle();
    } catch {
      clearTimeout(timer);
      timer = setTimeout(settle, RETRY_MS);
    }
  };
  const setAlarm = (): void => {
    clearTimeout(timer);
    const dueAt = service.nextDueAt();
    timer =
      dueAt === undefined ? undefined : setTimeout(settle, Math.max(0, Math.ceil(dueAt - now())));
  };
  const unsubscribe = service.onChange(setAlarm);
  setAlarm();
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
