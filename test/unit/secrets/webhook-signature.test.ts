import { describe, expect, it } from "vitest";
import { SecretFormatError } from "../../../lib/secrets/secret-format-error.ts";
import { signatureHeaders, webhookKeys } from "../../../lib/secrets/webhook-signature.ts";

const KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const NOW = 1_614_265_330_999;

const request = (parts: object = {}) =>
  ({
    url: "https://a.example/hook",
    method: "POST",
    headers: { "Webhook-Id": ID },
    body: '{"test": 2432232314}',
    ...parts,
  }) as const;
const sign = (value: string, parts: object = {}) =>
  signatureHeaders(request(parts), webhookKeys(value).keys, NOW);

describe("a webhook's signature", () => {
  it("is the one of the convention's example", () => {
    expect(sign(KEY)).toEqual({
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is made with both keys while one replaces the other", () => {
    const [first, second] = [KEY, OTHER].map((key) => sign(key)["webhook-signature"]);
    for (const between of [" ", ",", "\n"]) {
      expect(sign(`${KEY}${between}${OTHER}`)["webhook-signature"]).toBe(`${first} ${second}`);
    }
  });

  it("covers the body as it is sent", () => {
    const body = { test: 2_432_232_314, text: "\uffff é" };
    const sent = JSON.stringify(body).replace("\uffff", "\\uffff");
    expect(sign(KEY, { body })).toEqual(sign(KEY, { body: sent }));
    expect(sign(KEY, { body: Buffer.from(sent) })).toEqual(sign(KEY, { body: sent }));
    expect(sign(KEY, { body: undefined })).toEqual(sign(KEY, { body: "" }));
    expect(sign(KEY, { body: {} })).not.toEqual(sign(KEY, { body: "" }));
  });

  it("needs a webhook-id in the message", () => {
    for (const headers of [{}, { "webhook-id": "" }]) {
      expect(() => sign(KEY, { headers })).toThrow(/must have a header webhook-id/);
    }
  });
});

describe("a webhook's keys", () => {
  it.each([
    ["no prefix", KEY.slice("whsec_".length)],
    ["not base64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"],
    ["too short", `whsec_${Buffer.alloc(23).toString("base64")}`],
    ["too long", `whsec_${Buffer.alloc(65).toString("base64")}`],
    ["three keys", `${KEY} ${OTHER} ${KEY}`],
    ["nothing", " "],
  ])("%s is refused, and the error does not quote it", (_, value) => {
    expect(() => webhookKeys(value)).toThrow(SecretFormatError);
    expect(() => webhookKeys(value)).not.toThrow(/MfKQ|AAAA/);
  });

  it("are hidden without their prefix and padding", () => {
    expect(webhookKeys(`${KEY} ${OTHER}`).hidden).toEqual([
      KEY.slice("whsec_".length),
      OTHER.slice("whsec_".length).replace("=", ""),
    ]);
  });
});
