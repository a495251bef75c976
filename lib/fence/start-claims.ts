import type { SQSRecord } from "aws-lambda";
import type { RecordControl } from "../batch/each-record.ts";
import type { Completed, Pending, RecordResult } from "../batch/record-result.ts";

export interface StartClaims {
  claim(
    record: SQSRecord,
    control: RecordControl,
    start?: { readonly unknown: () => Completed },
  ): Promise<RecordResult | undefined>;
  keepAnswer(record: SQSRecord, next: Pending): Promise<void>;
}
