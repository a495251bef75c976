import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll } from "vitest";
import { startConsole } from "../../infra/console/console.ts";
import type { ConsoleSource } from "../../infra/console/console-source.ts";
import { atTheEnd } from "../support/at-the-end.ts";

/** Nothing of the browser reaches the network by itself. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A slow machine beside others must not turn a test red. */
const PATIENCE_MS = 120_000;

const SCREENSHOTS = new URL("screenshots/", import.meta.url).pathname;

export const WIDTHS = { wide: 1440, middle: 1024, phone: 390 } as const;

/** A page of the console in a browser, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, refusals of the content security policy, and failed requests. */
  readonly problems: readonly string[];
  /** The URLs of all requests. */
  readonly requests: readonly string[];
  /** Shows another view, by the part of the address after `#`. */
  show(hash: string): Promise<void>;
  /** Writes a screenshot into the folder that git ignores. */
  screenshot(name: string): Promise<void>;
  /** The rules of accessibility that the page breaks, as axe-core finds them. */
  violations(): Promise<string[]>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** @default "wide" */
  readonly width?: keyof typeof WIDTHS;
}

/** Starts a browser for a file of tests. */
export function useBrowser() {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  const openAddress = async (address: string, options: OpenOptions = {}): Promise<OpenPage> => {
    browser ??= chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
    const { width = "wide", ...rest } = options;
    const context = await (await browser).newContext({
      viewport: { width: WIDTHS[width], height: 900 },
      reducedMotion: "reduce",
      ...rest,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    atTheEnd(() => context.close());
    // The page's policy allows no script of another origin, so it comes in as the browser's own.
    await context.addInitScript({ content: await axeSource() });
    const page = await context.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (said) => {
      if (said.type() === "error") problems.push(said.text());
    });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    return {
      page,
      problems,
      requests,
      async show(hash) {
        await page.goto(`${new URL(address).origin}/${hash}`);
      },
      async screenshot(name) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
      },
      violations: async () => describe(await page.evaluate(runAxe)),
    };
  };
  return {
    openAddress,
    /** Serves a source and opens its page. */
    async open(source: ConsoleSource, options: OpenOptions = {}) {
      const served = await startConsole({ source });
      atTheEnd(() => {
        served.close();
      });
      return { served, ...(await openAddress(served.address, options)) };
    },
  };
}

async function axeSource(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
}

declare const axe: { run(options: object): Promise<AxeResults> };

/** Runs in the browser. */
function runAxe(): Promise<AxeResults> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  return axe.run({ runOnly: tags });
}

function describe({ violations }: AxeResults): string[] {
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => {
      return `${id}: ${help}: ${target.join(" ")}: ${failureSummary.replaceAll(/\s+/g, " ")}`;
    }),
  );
}
