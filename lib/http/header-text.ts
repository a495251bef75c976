/**
 * A header's value as text. Node reads each byte as a character of Latin-1 (RFC 9110 section 5.5 has no other), but
 * servers write UTF-8 there, a Location above all: what is valid UTF-8 is read as such.
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
