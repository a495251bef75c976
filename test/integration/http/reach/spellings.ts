// Odd spellings of addresses from public lists (PayloadsAllTheThings' "Server Side Request Forgery", the tests of
// the WHATWG URL Standard, O. Tsai's "A New Era of SSRF") and our own. A URL that the parser refuses also passes.

const hex = (part: string) => Number(part).toString(16);
const octal = (part: string) => Number(part).toString(8);
const inOtherDigits = (text: string, zero: number) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

function spellingsOf(address: string): string[] {
  const parts = address.split(".");
  const [a = "", b = "", c = "", d = ""] = parts;
  const number = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  const low16 = Number(c) * 256 + Number(d);
  const low24 = Number(b) * 65_536 + low16;
  return [
    `${number}`,
    `0x${number.toString(16)}`,
    `0X${number.toString(16).toUpperCase()}`,
    `0x00000000${number.toString(16)}`,
    `0${number.toString(8)}`,
    `000000000${number.toString(8)}`,
    `${number + 2 ** 32}`,
    parts.map((part) => `0x${hex(part)}`).join("."),
    parts.map((part) => `0${octal(part)}`).join("."),
    parts.map((part) => `0000${octal(part)}`).join("."),
    `0x${hex(a)}.${b}.0${octal(c)}.${d}`,
    `${a}.${low24}`,
    `${a}.${b}.${low16}`,
    `0x${hex(a)}.${low24}`,
    `${address}.`,
    `${address}..`,
    `${Number(a) + 256}.${b}.${c}.${d}`,
    address.replaceAll(".", "\u3002"),
    address.replaceAll(".", "\uff0e"),
    address.replaceAll(".", "\uff61"),
    address.replaceAll(".", "%2e"),
    address.replaceAll(".", "%E3%80%82"),
    inOtherDigits(address, 0xff10),
    inOtherDigits(address, 0x1d7ce),
    inOtherDigits(address, 0x1d7f6),
    address.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))),
    address.replace(/\d/g, (digit) => `%3${digit}`),
    address.replace(/\d/g, (digit) => `%253${digit}`),
    `${a}\u00ad.${b}.${c}.${d}`,
    `${a}\t.${b}\n.${c}.${d}`,
  ];
}

const hosts = [
  ...["127.0.0.1", "169.254.169.254", "10.0.0.1"].flatMap(spellingsOf),
  ...[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    "%6cocalhost",
  ],
  ...["0", "0x0", "00", "0.0", "127.1", "127.0.1", "0x7f.1", "0177.1", "::1", "[::]", "[::1%25lo]"],
  ...[
    "[::1%lo]",
    "[fe80::1%25eth0]",
    "[::ffff:127.1]",
    "[::ffff:0x7f000001]",
    "[0:0:0:0:0:0:0:0:1]",
  ],
  ...["[::127.0.0.1.]", "[::1]x", "ip6-localhost", "ip6-loopback"],
];

/** URLs whose host is easily misread. */
const whole = [
  "http://93.184.216.34@127.0.0.1/",
  "http://93.184.216.34:80@127.0.0.1/",
  "http://93.184.216.34%40127.0.0.1/",
  "http://127.0.0.1#@93.184.216.34/",
  "http://127.0.0.1?@93.184.216.34/",
  "http://127.0.0.1\\@93.184.216.34/",
  "http://127.0.0.1;93.184.216.34/",
  "http:127.0.0.1/",
  "http:/127.0.0.1/",
  "http:///127.0.0.1/",
  "http:////127.0.0.1/",
  "http:\\\\127.0.0.1/",
  "http://127.0.0.1:80:80/",
  "http://127.0.0.1:00080/",
  " http://127.0.0.1/",
  "\u0000http://127.0.0.1/",
  "ht\ntp://127.0.0.1/",
  "HTTP://127.0.0.1/",
  "//127.0.0.1/",
  "127.0.0.1",
  "file:///etc/passwd",
  "file://127.0.0.1/etc/passwd",
  "ftp://127.0.0.1/",
  "gopher://127.0.0.1:6379/_INFO",
  "dict://127.0.0.1:11211/stat",
  "ldap://127.0.0.1/",
  "tftp://127.0.0.1/x",
  "jar:http://127.0.0.1!/",
  "unix:///var/run/docker.sock",
  "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
  "ws://127.0.0.1/",
  "blob:http://127.0.0.1/x",
  "data:text/plain,x",
  "javascript:alert(1)",
  "about:blank",
  "",
];

export const ODD_URLS = [...hosts.map((host) => `http://${host}/`), ...whole];
