import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve } from "../../support/running-cli.ts";

const SECRET = "a-token-of-the-sender";

/** A server that notes its requests and answers all alike. */
async function server(body: string, status = 200, headers: Record<string, string> = {}) {
  const requests: string[] = [];
  const origin = await serve((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  return { origin, requests };
}

describe.concurrent("request-poller try", () => {
  it("asks once, and explains", async () => {
    const { origin, requests } = await server('{"state":"running"}');
    const args = [`${origin}/jobs/1`, "--success", "body.stat == 'done'", "--header"];
    const header = "Authorization: Bearer env:TOKEN";
    const { code, stdout, stderr } = await runCli(["try", ...args, header], "", { TOKEN: SECRET });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(requests).toEqual([`GET /jobs/1 Bearer ${SECRET}`]);
    expect(stdout).toContain("body.stat is null; body has: state");
    expect(stdout).toContain("verdict: pending, no expression matched");
  });

  it("prints JSON, follows redirects, and hides credentials and controls", async () => {
    const to = await server(JSON.stringify({ echo: SECRET, "\u001b[2J": "\u001b]0;owned\u0007" }));
    const from = await server("", 302, { location: `${to.origin}/b?sig=${SECRET}` });
    const request = { url: from.origin, headers: { "x-key": SECRET }, origins: [to.origin] };
    const message = JSON.stringify({ request, until: { success: "body.echo", result: "body" } });
    const { code, stdout } = await runHere(["try", "-", "--json"], message);
    expect(code).toBe(0);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "success",
      answer: { redirectedTo: `${to.origin}/b?sig=…` },
      outcome: { status: "succeeded", result: expect.stringContaining("[secret]") },
    });
  });

  it("makes a start only when it may, and uses secrets of a file", async () => {
    const { origin, requests } = await server("", 202, { location: "/jobs/7" });
    await using folder = await mkdtempDisposable(join(tmpdir(), "try-"));
    const secrets = join(folder.path, "secrets.json");
    await writeFile(secrets, JSON.stringify({ "ssm:/a": { origins: [origin], value: SECRET } }));
    const auth = { secret: "ssm:/a", as: "bearer" };
    const message = JSON.stringify({ start: { url: origin, auth }, until: "http-async" });
    const refused = await runHere(["try", message]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("start: it is not idempotent");
    const unknown = await runHere(["try", message, "--start"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("the secret ssm:/a is not known here: give it with --secrets");
    expect(requests).toEqual([]);
    const { code, stdout } = await runHere(["try", message, "--start", "--secrets", secrets]);
    expect(code).toBe(0);
    expect(stdout).toContain(`next: GET ${origin}/jobs/7`);
    expect(requests).toEqual([`POST / Bearer ${SECRET}`]);
  });

  it("explains a recorded answer, and asks nothing", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "try-"));
    const [message, answer] = [join(folder.path, "message.json"), join(folder.path, "answer.txt")];
    await writeFile(message, '{"request":{"url":"https://api.example.com/"}}\n');
    await writeFile(answer, "HTTP/1.1 503 Busy\r\nRetry-After: 90\r\n\r\n");
    const { code, stdout } = await runHere(["try", message, "--answer", answer]);
    expect(code).toBe(0);
    expect(stdout).toContain("verdict: pending, the status 503 decides");
    expect(stdout).toContain("asked again in 90 s (as the server asks");
  });

  it("exits with 1 when there is no answer", async () => {
    const { code, stdout } = await runHere(["try", "http://169.254.169.254/"]);
    expect(code).toBe(1);
    expect(stdout).toContain("verdict: failure, there is no answer to judge");
  });

  it.each([
    [["https://a.example/", "--success", "body.s === 'x'"], /\n {2}body\.s === 'x'\n {11}\^\n$/],
    [["https://a.example/", "--until", "opnai-batch"], /^error: --until: .*openai-batch\?\n$/],
    [["{"], /^error: MESSAGE/],
    [["nowhere.json"], /^error: MESSAGE nowhere\.json cannot be read: .*https:\/\//],
    [['{"request":{"uri":"x"}}'], /^error: request\.url: .*\n$/],
    [["https://a.example/", "--answer", "-"], /^error: --answer -: must begin with a status line/],
  ])("%j: exit code 2 and where it is wrong", async (args, message) => {
    const { code, stdout, stderr } = await runHere(["try", ...args], "no answer");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
