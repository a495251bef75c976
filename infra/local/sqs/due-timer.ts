import type { QueueService } from "../queue/queue-service.ts";

/**
 * Runs a queue service in real time, with one timer for the next due time.
 * @returns stops the timer.
 */
export function keepTime(service: QueueService, now: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const setAlarm = (): void => {
    clearTimeout(timer);
    const dueAt = service.nextDueAt();
    timer =
      dueAt === undefined
        ? undefined
        : setTimeout(() => service.settle(), Math.max(0, Math.ceil(dueAt - now())));
  };
  const unsubscribe = service.onChange(setAlarm);
  setAlarm();
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
