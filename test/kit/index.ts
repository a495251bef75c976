export type { BatchAction, FaultControls } from "./faults-on-demand.ts";
export { lambdaContext } from "./lambda-context.ts";
export { type RecordParts, SENT_AT, sqsEvent, sqsRecord } from "./records.ts";
export {
  type RunStackOptions,
  runStack,
  type TestHandler,
  type TestInvocation,
  type TestStack,
} from "./run-stack.ts";
export { createTestClock, type Duration, type TestClock } from "./test-clock.ts";
export {
  createTestQueue,
  type SentMessage,
  type StandingMessage,
  type TestQueue,
  type TestQueueOptions,
} from "./test-queue.ts";
