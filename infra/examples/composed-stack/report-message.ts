import { PoisonRecordError } from "request-poller";

/** The message body of this example: which report is being made, and for which tenant. */
export interface ReportMessage {
  readonly reportId: string;
  readonly tenant: string;
}

/** @throws {PoisonRecordError} when the body is not a report message: the record is dead-lettered at once */
export function parseReportMessage(body: string): ReportMessage {
  const message: unknown = parseJson(body);
  if (typeof message !== "object" || message === null) {
    throw new PoisonRecordError("message body: must be a JSON object");
  }
  const reportId = "reportId" in message ? message.reportId : undefined;
  const tenant = "tenant" in message ? message.tenant : undefined;
  if (typeof reportId !== "string") throw new PoisonRecordError("reportId: must be a string");
  if (typeof tenant !== "string") throw new PoisonRecordError("tenant: must be a string");
  return { reportId, tenant };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
