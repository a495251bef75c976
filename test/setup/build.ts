import { build } from "../../infra/build.ts";

/** Tests run against what is built now, never against an older `dist`. */
export default async function setup(): Promise<void> {
  await build();
}
