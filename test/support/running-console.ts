import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Console, startConsole } from "../../infra/console/console.ts";
import type { ConsoleSource } from "../../infra/console/console-source.ts";
import { readOwnJson } from "../../lib/json/json.ts";
import { atTheEnd } from "./at-the-end.ts";

/** An answer of the console's server. */
export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** An answer of the API, read as JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RunningConsole {
  readonly page: Console;
  readonly port: number;
  readonly token: string;
  /** Sends any request, also one that a browser would not send. */
  ask(path: string, parts?: AskParts): Promise<ConsoleAnswer>;
  /** Asks the API with the token, and parses the answer. */
  api(path: string, body?: unknown): Promise<ApiAnswer>;
}

interface AskParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Starts a console over a source, with a page of one file. */
export async function runConsole(source: ConsoleSource): Promise<RunningConsole> {
  const pageFolder = await mkdtemp(join(tmpdir(), "console-page-"));
  await writeFile(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(pageFolder, "page.js"), "export {};");
  const page = await startConsole({ source, pageFolder });
  atTheEnd(() => {
    page.close();
    rm(pageFolder, { recursive: true });
  });
  const url = new URL(page.address);
  const token = url.hash.slice("#token=".length);
  const port = Number(url.port);
  const ask = (path: string, { method = "GET", headers = {}, body }: AskParts = {}) =>
    new Promise<ConsoleAnswer>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false });
      sent.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
        response.once("error", reject);
      });
      sent.once("error", reject);
      sent.end(body);
    });
  return {
    page,
    port,
    token,
    ask,
    async api(path, body) {
      const headers = {
        "x-console-token": token,
        ...(body !== undefined && { "content-type": "application/json" }),
      };
      const { status, text } = await ask(path, {
        headers,
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      });
      return { status, body: readOwnJson(text) };
    },
  };
}
