import { jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { SECRET_REFERENCE } from "../../../lib/secrets/secret-reference.ts";
import type { LocalSecrets } from "../../local/secrets/server.ts";
import { readText } from "../read-text.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the secrets of a local stack: a JSON object whose names are references, `secretsmanager:NAME` or `ssm:/name`,
 * and whose values are the secrets, each as the JSON object that AWS would store.
 *
 * @throws {UsageError} when the file cannot be read or is not such an object; never with a value
 */
export async function readSecretsFile(file: string): Promise<LocalSecrets> {
  const secrets = parsed(file, await readText(file, `--secrets ${file}`));
  if (!isObject(secrets)) throw new UsageError(`--secrets ${file}: must be a JSON object`);
  return Object.fromEntries(
    Object.entries(secrets).map(([reference, secret]) => {
      if (!SECRET_REFERENCE.test(reference) || reference.includes("#")) {
        const must = "each name must be secretsmanager:NAME or ssm:/name, without #key";
        throw new UsageError(`--secrets ${file}: ${must}`);
      }
      if (!isObject(secret)) {
        const must =
          'must be an object, like { "origins": ["https://api.example.com"], "value": "..." }';
        throw new UsageError(`--secrets ${file}: ${reference}: ${must}`);
      }
      return [reference, JSON.stringify(secret)];
    }),
  );
}

/** The parser's own error is no cause here: it quotes the text, which holds secrets. */
function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--secrets ${file} is not JSON: ${jsonErrorPlace(text)}`);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
