import { buildPage } from "../../infra/console/build-page.ts";
import { startConsole } from "../../infra/console/console.ts";
import { sampleNumbers, samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

/**
 * Serves the page over polls that are made up, for whoever works on the page: `node test/browser/serve-sample.ts 2000`.
 * One poll changes every second.
 */
const count = Number(process.argv[2] ?? 2000);
const folder = new URL("../../dist/console", import.meta.url).pathname;
await buildPage(folder);
const source = createSampleSource(samplePolls(count, Date.now()), {
  letters: [
    {
      messageId: "m-1",
      pollId: "typo",
      status: "poison",
      reason: "maxRetrys: unknown field, must be left out: did you mean maxRetries?",
      body: '{"pollId":"typo","request":{"url":"https://api.render.example/jobs/1"},"maxRetrys":3}',
      sentAt: new Date().toISOString(),
      receiveCount: 1,
    },
  ],
});
const page = await startConsole({ source, pageFolder: folder });
console.log(page.address);

const pick = sampleNumbers(Date.now());
setInterval(() => {
  const ids = [...source.polls.keys()];
  const poll = source.polls.get(ids[pick(ids.length)] ?? "");
  if (poll === undefined) return;
  const changedAt = new Date().toISOString();
  source.polls.set(poll.pollId, { ...poll, retryCount: poll.retryCount + 1, changedAt });
  page.pollsChanged([poll.pollId]);
}, 1000);
