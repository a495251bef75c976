import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { tool } from "./tools.ts";

/** AWS as moto emulates it, on loopback. */
export interface Moto extends AsyncDisposable {
  readonly endpoint: string;
  /** Settings with which any AWS SDK client reaches it. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

const START_MS = 30_000;

export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["-H", "127.0.0.1", "-p", String(port)];
  const child = spawn(tool("checks/bin/moto_server"), args, { stdio: "ignore" });
  const giveUpAt = Date.now() + START_MS;
  while (!(await answers(`${endpoint}/moto-api/`))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error("moto does not start");
    await after(50);
  }
  return {
    endpoint,
    client: {
      endpoint,
      region: "us-east-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was bound");
  return address.port;
}
