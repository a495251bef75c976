/** Shorter names are contained in too many others. */
const SHORTEST_PART = 4;

/**
 * Finds the name that was probably meant: one that differs only in case or punctuation, by a few typing errors (fewer
 * than a third of its characters), or because one name contains the other (`timeout`: `timeoutMs`).
 *
 * @returns the nearest candidate, or the first of several; `undefined` when none is near
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  const written = letters(name);
  for (const candidate of candidates) {
    const distance = distanceOf(written, letters(candidate));
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}

/** Infinity when the names are not similar. */
function distanceOf(name: string, candidate: string): number {
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  const most = Math.max(1, Math.ceil(long.length / 3) - 1);
  const isPart = short.length >= SHORTEST_PART && long.includes(short);
  // Skipped for very different lengths: its cost grows with their product, and a name may be as long as its message.
  const edits =
    long.length - short.length > most ? Number.POSITIVE_INFINITY : edit(short, long, most);
  if (edits <= most && edits < long.length) return edits;
  return isPart ? most + (long.length - short.length) / long.length : Number.POSITIVE_INFINITY;
}

function letters(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_ ]/g, "");
}

/**
 * Damerau's distance (optimal string alignment): two swapped neighbours are one typing error, not two.
 *
 * @returns Infinity as soon as it is certain that there are more than `most`
 */
function edit(from: string, to: string, most: number): number {
  let [before, last]: number[][] = [[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  let fewestBefore = 0;
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    let fewest = row;
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      current[column] = edits;
      fewest = Math.min(fewest, edits);
    }
    // A row is made of the two before it.
    if (fewest > most && fewestBefore > most) return Number.POSITIVE_INFINITY;
    fewestBefore = fewest;
    [before, last] = [last, current];
  }
  return at(last, to.length);
}

function at(distances: readonly number[] | undefined, index: number): number {
  return distances?.[index] ?? Number.POSITIVE_INFINITY;
}
