import { build } from "../../infra/build.ts";

/** Builds before the tests, so that they never run against an old `dist`. */
export default async function setup(): Promise<void> {
  await build();
}
