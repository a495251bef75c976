import { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import { expect, it, vi } from "vitest";
import { eachRecord, PoisonRecordError, pollingMiddleware } from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";

it("a Powertools Logger works as every logger option", async () => {
  const logger = new Logger({ serviceName: "renders", logLevel: "WARN" });
  const lines: Record<string, unknown>[] = [];
  for (const stream of ["warn", "error"] as const) {
    vi.spyOn(console, stream).mockImplementation((line) => void lines.push(JSON.parse(line)));
  }
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(JSON.parse(String(line)));
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    lines.push(JSON.parse(String(line)));
    return true;
  });
  const letters = createTestQueue();
  const { client, url: queueUrl } = letters;
  const handler = middy()
    .use(pollingMiddleware({ queueUrl, deadLetterQueueUrl: queueUrl, client, logger }))
    .handler(
      eachRecord(({ body }) => {
        if (body === "poison") throw new PoisonRecordError("order: must have a number");
        throw new Error("not now");
      }),
    );
  const records = ["poison", "fails"].map((body) => sqsRecord({ messageId: body, body }));
  await handler(sqsEvent(...records), lambdaContext());
  vi.restoreAllMocks();

  expect(lines).toContainEqual(
    expect.objectContaining({
      level: "WARN",
      service: "renders",
      message: "record dead-lettered",
      messageId: "poison",
      reason: "order: must have a number",
    }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ level: "ERROR", message: "record failed", messageId: "fails" }),
  );
});
