/** How the items of a batch are sent, each of which is taken or refused by itself. */
export interface SendSteps<Item, Planned> {
  /** Makes what is sent of an item; `undefined`: nothing. An item for which it throws is refused. */
  plan(item: Item): Planned | undefined;
  /** Sends what was planned. Returns for each, in their order, why it was refused; `undefined`: it was taken. */
  send(planned: readonly Planned[]): Promise<readonly (Error | undefined)[]>;
  sent(item: Item): void;
  refused(item: Item, reason: unknown): void;
}

/** Plans what to send of each item, sends it all together, and tells of each whether it was taken. */
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
