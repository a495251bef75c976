import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { localSource } from "../../infra/cli/console/local-source.ts";
import { startLocalStack } from "../../infra/local/stack.ts";
import { atTheEnd } from "../support/at-the-end.ts";
import { serve } from "../support/running-cli.ts";
import { useBrowser } from "./browser.ts";

describe("the page of a real local stack", () => {
  const { open } = useBrowser();

  it("shows a dead letter, repairs it, and sees its poll succeed; asks a poll now that waits, and cancels it", async () => {
    let asked = 0;
    const job = await serve((request, response) => {
      if (request.url === "/slow") asked++;
      response.writeHead(request.url === "/slow" ? 202 : 200).end("{}");
    });
    const stack = await startLocalStack();
    atTheEnd(() => {
      stack.close();
    });
    const send = (message: object) =>
      stack.sqs.send(
        new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody: JSON.stringify(message) }),
      );
    await send({ pollId: "typo", request: { url: job }, maxRetrys: 3 });
    await send({ pollId: "slow", request: { url: `${job}/slow` }, delaySeconds: 60 });
    const port = Number(new URL(stack.endpoint).port);
    const { page, show, problems } = await open(await localSource(port));

    await page.getByRole("row", { name: /slow/ }).waitFor();
    await show("#/dead-letters");
    const readAgain = page.getByRole("button", { name: "Read again" });
    const edit = page.getByRole("button", { name: "Edit the message of typo" });
    while (!(await edit.isVisible())) {
      await readAgain.click();
      await edit.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await edit.click();
    const editor = page.getByRole("textbox", { name: "Message of typo" });
    await editor.fill((await editor.inputValue()).replace("maxRetrys", "maxRetries"));
    await page.getByRole("button", { name: "Redrive…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("status").getByText("1 message went back").waitFor();

    await show("#/polls/slow");
    await page.getByText(`"url": "${job}/slow"`).waitFor();
    await page.getByRole("button", { name: "Ask now" }).click();
    await expect.poll(() => asked, { timeout: 30_000 }).toBe(2);
    await page.getByRole("button", { name: "Cancel this poll" }).click();
    await page.getByRole("button", { name: "Cancel the poll" }).click();
    await page
      .getByRole("status")
      .getByText(/^Cancelled/)
      .waitFor();
    await show("#/");
    await page.getByRole("row", { name: /succeeded.*typo/ }).waitFor();
    await page.getByRole("row", { name: /cancelled.*slow/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it("says whose outcome a webhook refuses, and why", async () => {
    const job = await serve((request, response) => {
      response.writeHead(request.url === "/hook" ? 503 : 200).end("{}");
    });
    const stack = await startLocalStack({
      parameters: { AllowDeliveries: "webhook", History: "answers" },
    });
    atTheEnd(() => {
      stack.close();
    });
    await stack.sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.queueUrl,
        MessageBody: JSON.stringify({
          pollId: "order-9",
          request: { url: job },
          deliver: { webhook: { url: `${job}/hook` } },
        }),
      }),
    );
    const port = Number(new URL(stack.endpoint).port);
    const { page, problems } = await open(await localSource(port));
    await page.getByText("1 poll cannot deliver an outcome: 503").waitFor();
    await page.getByRole("row", { name: /to deliver order-9 .*backoff after 503/ }).waitFor();
    await page.getByRole("link", { name: "order-9", exact: true }).click();
    await page.getByRole("link", { name: /^Webhook / }).click();
    await page.getByText("Delivers the outcome of").waitFor();
    expect(problems).toEqual([]);
  });

  it("says that the stack is away, and shows the one that is started in its place", async () => {
    const job = await serve((_, response) => {
      response.writeHead(200).end("{}");
    });
    const first = await startLocalStack();
    const port = Number(new URL(first.endpoint).port);
    const { page } = await open(await localSource(port));
    await page.getByText("live").waitFor();
    await first.close();
    await page.getByRole("alert").getByText("no local stack is running there").waitFor();
    const second = await startLocalStack({ port });
    atTheEnd(() => {
      second.close();
    });
    const MessageBody = JSON.stringify({ pollId: "after", request: { url: job } });
    await second.sqs.send(new SendMessageCommand({ QueueUrl: second.queueUrl, MessageBody }));
    await page.getByRole("row", { name: /succeeded.*after/ }).waitFor();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});
