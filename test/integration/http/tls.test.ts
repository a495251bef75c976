import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { limitSessionTickets } from "../../../lib/http/session-tickets.ts";
import { type HttpClient, httpClient } from "../../support/http-client.ts";
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from "../../support/localhost-certificate.ts";

const trusted = tls.getCACertificates();
beforeAll(() => tls.setDefaultCACertificates([LOCALHOST_CERTIFICATE]));
afterAll(() => tls.setDefaultCACertificates(trusted));

const CERTIFICATE = { cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY };

/** Runs one test with a server on loopback. */
async function withServer(options: https.ServerOptions, use: (port: number) => Promise<void>) {
  const server = https.createServer({ ...CERTIFICATE, ...options }, (_, response) => {
    response.end("ok");
  });
  server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

let client: HttpClient;
afterEach(() => client?.agents.destroy());

describe("TLS", () => {
  const ask = async (options: https.ServerOptions, method: "GET" | "POST") => {
    client = httpClient();
    let answer: unknown;
    await withServer(options, async (port) => {
      // One uses a shared connection, the other its own.
      const body = method === "POST" ? { body: "data" } : {};
      answer = await client.ask(`https://127.0.0.1:${port}/`, { method, ...body });
    });
    return answer;
  };

  it.each([
    ["TLS 1.3", { minVersion: "TLSv1.3" }],
    ["TLS 1.2 with ECDHE", { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }],
    ["TLS 1.2 with RSA", { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }],
  ] satisfies [string, https.ServerOptions][])("is spoken by %s", async (_, options) => {
    for (const method of ["GET", "POST"] as const) {
      expect(await ask(options, method)).toMatchObject({ kind: "response" });
    }
  });

  it.each([
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-SHA256",
    "DHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-AES128-CCM",
  ])(
    "refuses ciphers in which the server chooses the Diffie-Hellman group: %s",
    async (ciphers) => {
      const options = { maxVersion: "TLSv1.2", ciphers, dhparam: "auto" } as const;
      for (const method of ["GET", "POST"] as const) {
        expect(await ask(options, method)).toMatchObject({
          kind: "transient",
          error: { message: expect.stringContaining("handshake failure") },
        });
      }
    },
  );

  it("keeps a connection for the next request", async () => {
    client = httpClient();
    const server = https.createServer(CERTIFICATE, (_, response) => response.end("ok"));
    let connections = 0;
    server.on("connection", () => connections++).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    for (let n = 0; n < 3; n++) expect((await client.ask(url)).kind).toBe("response");
    expect((await client.ask(url, { method: "POST" })).kind).toBe("response");
    expect(connections).toBe(1);
    server.closeAllConnections();
    server.close();
  });
});

describe("session tickets", () => {
  it.each([
    [1, true],
    [2, false],
  ])("from a server that sends two, with a limit of %i: refused %s", async (max, isRefused) => {
    await withServer({ minVersion: "TLSv1.3" }, async (port) => {
      const socket = tls.connect({ port, host: "127.0.0.1" });
      const refusal = new Promise<Error>((resolve) => socket.once("error", resolve));
      const tickets: unknown[] = [];
      socket.on("session", (ticket) => tickets.push(ticket));
      limitSessionTickets(socket, max);
      await once(socket, "secureConnect");
      if (isRefused) {
        expect((await refusal).message).toContain("more than 1 TLS session tickets");
      } else {
        await expect.poll(() => tickets.length).toBe(2);
        expect(socket.destroyed).toBe(false);
      }
      socket.destroy();
    });
  });

  it.skipIf(!hasOpenSsl())("in their thousands end the connection", async () => {
    const folder = await mkdtemp(join(tmpdir(), "request-poller-tickets-"));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    await writeFile(cert, LOCALHOST_CERTIFICATE);
    await writeFile(key, LOCALHOST_KEY);
    const options = ["-accept", "127.0.0.1:0", "-cert", cert, "-key", key, "-www"];
    const server = spawn("openssl", ["s_server", ...options, "-num_tickets", "20000"]);
    try {
      let said = "";
      server.stdout.on("data", (text) => {
        said += text;
      });
      await expect.poll(() => /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1]).toBeDefined();
      const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      client = httpClient();
      expect(await client.ask(`https://127.0.0.1:${port}/`)).toMatchObject({
        kind: "transient",
        error: { message: "the server sent more than 16 TLS session tickets" },
      });
    } finally {
      server.kill();
      await rm(folder, { recursive: true });
    }
  });
});

function hasOpenSsl(): boolean {
  try {
    return execFileSync("openssl", ["s_server", "-help"], { stdio: "pipe" }) !== null;
  } catch {
    return false;
  }
}
