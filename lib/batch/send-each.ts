/** The steps of sending a batch of items, each of which is accepted or refused separately. */
export interface SendSteps<Item, Planned> {
  /** Plans what to send for an item; `undefined`: nothing. When it throws, the item is refused. */
  plan(item: Item): Planned | undefined;
  /** Sends all plans. Returns for each, in order, the reason why it was refused, or `undefined` when accepted. */
  send(planned: readonly Planned[]): Promise<readonly (Error | undefined)[]>;
  sent(item: Item): void;
  refused(item: Item, reason: unknown): void;
}

/** Plans what to send for each item, sends all plans together, and calls `sent` or `refused` for each item. */
export async function sendEach<Item, Planned>(
  items: readonly Item[],
  { plan, send, sent, refused }: SendSteps<Item, Planned>,
): Promise<void> {
  const toSend: { readonly item: Item; readonly planned: Planned }[] = [];
  for (const item of items) {
    try {
      const planned = plan(item);
      if (planned !== undefined) toSend.push({ item, planned });
    } catch (error) {
      refused(item, error);
    }
  }
  if (toSend.length === 0) return;
  const refusals = await send(toSend.map(({ planned }) => planned));
  toSend.forEach(({ item }, place) => {
    const refusal = refusals[place];
    if (refusal === undefined) sent(item);
    else refused(item, refusal);
  });
}
