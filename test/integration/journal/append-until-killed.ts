import * as z from "zod/mini";
import { openJournal } from "../../../infra/local/journal/journal.ts";

/** Appends 1, 2, 3, ..., from where the journal ends, and sends each number to its parent once it is written. */
const format = { snapshot: z.array(z.number()), change: z.number(), what: "numbers" };
const journal = await openJournal(process.argv[2] ?? "", format);
const numbers = [...(journal.left?.snapshot ?? []), ...(journal.left?.changes ?? [])];
journal.start(() => numbers);
for (;;) {
  const next = (numbers.at(-1) ?? 0) + 1;
  numbers.push(next);
  journal.append([next]);
  await new Promise((resolve) => process.send?.(next, resolve));
}
