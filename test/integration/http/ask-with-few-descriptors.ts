import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createNameLookup } from "../../../lib/http/name-lookup.ts";
import { httpClient } from "../../support/http-client.ts";

// Requests a URL many times at once and prints the answers. Run it with a low limit of file descriptors.
const [url = "", servers] = process.argv.slice(2);
const lookup = servers ? createNameLookup({ servers: [servers], hostsFile: "" }) : undefined;
const client = httpClient(createAddressGuard({ allowPrivate: true }), lookup);
const answers = await Promise.all(Array.from({ length: 100 }, () => client.ask(url)));
client.agents.destroy();
process.stdout.write(JSON.stringify(answers));
