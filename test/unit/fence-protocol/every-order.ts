/** Makes the choices of one run. */
export type Choose = (options: number) => number;

/**
 * Runs something once for every sequence of choices that it can make. Each run begins anew and repeats the choices of
 * the run before up to the last one that has another option.
 *
 * @returns how many runs there were
 */
export async function inEveryOrder(run: (choose: Choose) => Promise<void>): Promise<number> {
  let path: { readonly options: number; chosen: number }[] = [];
  for (let runs = 1; ; runs++) {
    let depth = 0;
    await run((options) => {
      const known = path[depth++];
      if (known !== undefined) return known.chosen;
      path.push({ options, chosen: 0 });
      return 0;
    });
    while (path.length > 0 && last(path).chosen === last(path).options - 1)
      path = path.slice(0, -1);
    if (path.length === 0) return runs;
    last(path).chosen++;
  }
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error("an empty path");
  return item;
}
