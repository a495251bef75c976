import { createHash, hash as hashOf } from "node:crypto";
import type { MessageAttributes } from "../queue/message.ts";

/** The MD5 of a text's UTF-8 bytes, in hexadecimal. */
export function md5(text: string): string {
  return hashOf("md5", text);
}

const STRING_TRANSPORT = Uint8Array.of(1);
const BINARY_TRANSPORT = Uint8Array.of(2);

/**
 * MD5 of message attributes ('Calculating the MD5 message digest for message attributes',
 * Developer Guide): sorted by name, each part preceded by its length in four bytes.
 * @returns undefined when there are no attributes: SQS then omits the field.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const part = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    part(Buffer.from(name));
    part(Buffer.from(attribute.dataType));
    if ("stringValue" in attribute) {
      hash.update(STRING_TRANSPORT);
      part(Buffer.from(attribute.stringValue));
    } else {
      hash.update(BINARY_TRANSPORT);
      part(attribute.binaryValue);
    }
  }
  return hash.digest("hex");
}
