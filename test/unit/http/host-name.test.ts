import { describe, expect, it } from "vitest";
import { hostLanes } from "../../../functions/poller/host-lanes.ts";
import { maskRecord } from "../../../lib/batch/logged-fields.ts";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { canonicalHost, hostOf } from "../../../lib/http/host-name.ts";
import { parseHostPattern } from "../../../lib/http/host-pattern.ts";
import { redirected } from "../../../lib/http/redirect.ts";
import { urlProblem } from "../../../lib/http/url-problem.ts";
import { sqsRecord } from "../../kit/records.ts";

const LABEL = "a".repeat(63);
const LONG_NAME = `${LABEL}.${LABEL}.${LABEL}.${"a".repeat(61)}`;

describe("every spelling of a host becomes the same one", () => {
  it.each([
    ["https://denied.example.com/", "denied.example.com"],
    ["https://denied.example.com./", "denied.example.com"],
    ["https://DENIED.Example.COM:443/", "denied.example.com"],
    ["https://denied%2eexample%2ecom/", "denied.example.com"],
    ["https://denied。example．com｡/", "denied.example.com"],
    ["https://ｄｅｎｉｅｄ.example.com/", "denied.example.com"],
    ["https://denied.exam\u00adple.com/", "denied.example.com"],
    ["https://denied.example.com.:8443/", "denied.example.com:8443"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["https://XN--BCHER-KVA.example./", "xn--bcher-kva.example"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://0x7f.1./", "127.0.0.1"],
    ["http://[0:0:0:0:0:0:0:1]/", "[::1]"],
    ["http://[::FFFF:1.2.3.4]:8080/", "[::ffff:102:304]:8080"],
  ])("%s: %s", (url, host) => {
    expect(urlProblem(url)).toBeUndefined();
    expect(hostOf(url)).toBe(host);
    const record = sqsRecord({ body: { request: { url } } });
    expect(hostLanes(1)?.of(record)).toBe(host);
    expect(maskRecord(record).origin).toBe(`${new URL(url).protocol}//${host}`);
    const denied = createAddressGuard({ denyHosts: [canonicalHost(new URL(url).hostname)] });
    expect(denied.refuseHost(new URL(url).hostname)?.message).toContain("POLL_DENY_HOSTS");
  });
});

describe("a name that is not a host", () => {
  it.each([
    "https://denied.example.com../",
    "https://denied.example.com.../",
    "https://denied%2e%2eexample.com/",
    "https://denied.example.com。。/",
    "https://.denied.example.com/",
    "https://a..b/",
    "https://./",
    "https://../",
    `https://${"a".repeat(64)}.example/`,
    `https://${LONG_NAME}a/`,
  ])("is refused in a message and a redirect: %s", (url) => {
    expect(urlProblem(url)).toMatch(/labels of 1 to 63 characters, and at most 253|must be an abs/);
    const request = { url: "https://a.example/", method: "GET", headers: {} } as const;
    expect(() => redirected(request, 302, url)).toThrow();
  });

  it.each(["denied.example.com..", ".denied.example.com", "a..b", ".", ""])(
    "is refused by every guard: %j",
    (host) => {
      expect(createAddressGuard().refuseHost(host)?.message).toContain("empty label");
      expect(createAddressGuard({ allowHosts: ["*.com"] }).refuseHost(host)).toBeDefined();
    },
  );

  it.each([`https://${LONG_NAME}/`, `https://${LONG_NAME}./`, `https://${LABEL}.example/`])(
    "does not include the longest names that DNS allows: %s",
    (url) => {
      expect(urlProblem(url)).toBeUndefined();
    },
  );

  it.each([
    ...["a..b", "example.com..", "*.a..b", `${"a".repeat(64)}.example`, ".", "*."],
    // What a list in JSON, a quoted list or a list with other signs between its names leaves between two commas.
    ...[
      '"a.example"',
      '["a.example"',
      "'a.example'",
      "*.'a.example",
      "a.example;b.example",
      "(a.example)",
    ],
  ])("is not a valid pattern either: %s", (pattern) => {
    expect(parseHostPattern(pattern)).toBeUndefined();
  });
});
