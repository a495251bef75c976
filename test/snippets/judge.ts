import type { SQSRecord } from "aws-lambda";
import { completed, createGuardedFetch, createJudge, eachRecord, pending } from "request-poller";

const guardedFetch = createGuardedFetch({
  allowPrivate: process.env.POLL_ALLOW_PRIVATE === "true",
});
const judge = createJudge("print-shop", {
  presets: {
    "print-shop": {
      failure: "body.state == 'jammed'",
      success: "body.state == 'printed'",
      next: "headers.location",
      result: "body.pages",
      error: "body.reason",
    },
  },
});

export const watchPrint = async (record: SQSRecord) => {
  const { printUrl } = JSON.parse(record.body);
  const response = await guardedFetch(printUrl);
  const { status, headers, url } = response;
  const judgement = judge({ status, headers, url, body: await response.json() });
  if (judgement.kind === "success") return completed({ printUrl, pages: judgement.result });
  if (judgement.kind === "failure") return completed({ printUrl, error: judgement.error });
  return pending({ delaySeconds: 30, body: { printUrl: judgement.next?.url ?? printUrl } });
};

export const handle = eachRecord(watchPrint);
