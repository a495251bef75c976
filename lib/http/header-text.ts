/**
 * Decodes a header's value. Node reads each byte as a Latin-1 character (RFC 9110 section 5.5 has no other charset),
 * but many servers write UTF-8, above all in Location. A value that is valid UTF-8 is therefore decoded as UTF-8.
 */
export function headerText(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return UTF8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
