import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlCommand } from "../../../infra/console/messages/curl-command.ts";

/** The arguments that curl gets when a person runs the command, as bytes in Latin-1. */
function argumentsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; eval "$1"`;
  const output = execFileSync("bash", ["-c", script, "bash", command], { encoding: "latin1" });
  return output.split("\0").slice(0, -1);
}

const curl = (message: object) => argumentsOf(curlCommand(JSON.stringify(message)));
const utf8 = (text: string) => Buffer.from(text).toString("latin1");
const url = "https://a.example/jobs/1";

/** Each would do something if a shell, its line editor or a terminal obeyed it. */
const HOSTILE = [
  "$(touch owned)`touch owned`$HOME",
  "it's; touch owned #",
  "a\ntouch owned\n",
  "!touch !! \\! '!'",
  "\u001b[201~\u0003\u0004\r touch owned\r",
  "\u202etxt.exe\u2066\u200b\u00ad\ufeff",
  "--output=owned",
  "-K owned",
  "@owned",
  "~/*?[a]{b,c}",
  "\\'\\\\\"",
  "ü€𝄞",
];

describe("the request of a message as a command for curl", () => {
  it.each(HOSTILE)(
    "gives curl what the message says, whatever a shell could do with it: %j",
    (text) => {
      const request = { url, method: "POST", body: text };
      const command = curlCommand(JSON.stringify({ request }));
      expect(command).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(argumentsOf(command)).toEqual([
        "--globoff",
        url,
        "--header",
        "content-type: text/plain;charset=UTF-8",
        "--data-raw",
        utf8(text),
      ]);
    },
  );

  it("gives curl the headers with the bytes that the poller sends, and those without a value", () => {
    const value = "a'b\tc!$(id) \u0080é";
    const headers = { "x-odd": value, "x-empty": "" };
    expect(curl({ request: { url, headers } })).toEqual([
      "--globoff",
      url,
      "--header",
      `x-odd: ${value}`,
      "--header",
      "x-empty;",
    ]);
  });

  it("asks one URL, also one with brackets", () => {
    const many = `${url}?filter[state]={a,b}&page=[1-1000]`;
    expect(curl({ request: { url: many } })).toEqual(["--globoff", many]);
  });

  it.each([
    [{ request: { url } }, []],
    [{ request: { url, method: "HEAD" } }, ["--head"]],
    [{ request: { url, method: "DELETE" } }, ["--request", "DELETE"]],
    [{ request: { url, body: "" } }, ["--request", "GET"]],
    [{ request: { url, method: "POST", body: "" } }, []],
    [{ start: { url }, until: "http-async" }, ["--request", "POST"]],
    [{ start: { url, body: "" }, until: "http-async" }, []],
  ])("uses the method of the poller: %j", (message, expected) => {
    const [, ...options] = curl(message);
    expect(options.slice(0, options.indexOf(url))).toEqual(expected);
  });

  it("sends JSON with all digits, and with the message's own type", () => {
    const body = '{"id":12345678901234567890,"rate":1.0}';
    const headers = '{"Content-Type":"application/vnd.api+json"}';
    const text = `{"request":{"url":"${url}","method":"POST","headers":${headers},"body":${body}}}`;
    expect(argumentsOf(curlCommand(text)).slice(2)).toEqual([
      "--header",
      "Content-Type: application/vnd.api+json",
      "--data-raw",
      body,
    ]);
  });

  it("tells a URL that a server has named no more than the poller does", () => {
    const [, ...options] = curl({
      request: { url: "https://b.example/", headers: { authorization: "Bearer abc" } },
      origin: "https://a.example",
    });
    expect(options).toEqual(["https://b.example/"]);
  });

  it("refuses a message that is none, and a body that no command line can hold", () => {
    for (const text of ["{", "[]", '{"request":{"url":"-Kowned"}}']) {
      expect(() => curlCommand(text)).toThrow(/must be|Expected|JSON/i);
    }
    const request = { url, method: "POST", body: "a\0b" };
    expect(() => curlCommand(JSON.stringify({ request }))).toThrow("NUL");
  });
});
