import type { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  type EachRecordOptions,
  eachRecord,
  failureBackoff,
  pending,
  requeuePending,
} from "request-poller";
import { pauseTenants } from "./pause-tenants.ts";
import { parseReportMessage } from "./report-message.ts";

/** Asks the reporting service for a report; throws when the service cannot be reached. */
export type AskForReport = (
  reportId: string,
  signal: AbortSignal,
) => Promise<{ readonly url: string } | "in the making">;

export interface ReportStackParts {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly outcomeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly askForReport: AskForReport;
  readonly pausedUntil: (tenant: string) => number | undefined;
  /** @default the real clock */
  readonly clock?: Pick<EachRecordOptions, "now" | "startTimer">;
}

/** The Lambda handler: polls each report every 30 seconds, with at most 100 retries, and delivers its outcome. */
export function reportStack(parts: ReportStackParts) {
  const { client, queueUrl, outcomeQueueUrl, deadLetterQueueUrl, askForReport } = parts;
  const { pausedUntil, clock = {} } = parts;
  const { now = Date.now } = clock;
  return middy()
    .use(sqsPartialBatchFailure({ logger: (reason) => console.error(String(reason)) }))
    .use(failureBackoff({ queueUrl, client }))
    .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl, client }))
    .use(deliverOutcomes({ queueUrl: outcomeQueueUrl, client }))
    .use(requeuePending({ queueUrl, client, now }))
    .use(pauseTenants(pausedUntil, now))
    .handler(
      eachRecord(async ({ body }, { signal }) => {
        const { reportId, tenant } = parseReportMessage(body);
        const report = await askForReport(reportId, signal);
        if (report !== "in the making") return completed({ reportId, tenant, url: report.url });
        return pending({ delaySeconds: 30, body: { maxRetries: 100, ...JSON.parse(body) } });
      }, clock),
    );
}
