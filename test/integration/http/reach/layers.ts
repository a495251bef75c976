import type { AddressGuard, ForbiddenAddressError } from "../../../../lib/http/address-guard.ts";

type Refusal = ForbiddenAddressError | undefined;

/** Guards with one layer removed each: the cases must detect every one. */
export const LAYERS: Readonly<Record<string, (guard: AddressGuard) => AddressGuard>> = {
  none: (guard) => guard,
  "the check of literals": without((_refusal, source) => source === "literal"),
  "the check of lookups": without((_refusal, source) => source === "lookup"),
  "the check of peers": without((_refusal, source) => source === "peer"),
  "every address of a lookup": onlyTheFirst,
  ports: without(({ message }) => message.includes("POLL_ALLOW_PORTS")),
  "the runtime API": without(({ message }) => message.includes("runtime API")),
  "metadata services": without(({ message }) => message.includes("metadata")),
  "public addresses only": without(({ message }) => message.includes("not a public address")),
  "denied addresses": without(({ message }) => message.includes("POLL_DENY_HOSTS")),
  "the check of hosts": (guard) => ({ ...guard, refuseHost: () => undefined }),
};

function without(isTakenAway: (refusal: Error, source: string) => boolean) {
  return (guard: AddressGuard): AddressGuard => ({
    ...guard,
    refuseAddress(address, port, source): Refusal {
      const refusal = guard.refuseAddress(address, port, source);
      return refusal !== undefined && isTakenAway(refusal, source) ? undefined : refusal;
    },
  });
}

/** Checks only the first address of a lookup, a common mistake. */
function onlyTheFirst(guard: AddressGuard): AddressGuard {
  let isFirst = true;
  return {
    refuseHost(host) {
      isFirst = true;
      return guard.refuseHost(host);
    },
    refuseAddress(address, port, source) {
      if (source === "lookup" && !isFirst) return undefined;
      isFirst = false;
      return guard.refuseAddress(address, port, source);
    },
  };
}
