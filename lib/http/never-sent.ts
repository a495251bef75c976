/** OpenSSL's and Node's names for a certificate that this side did not accept. */
const REFUSED_CERTIFICATE =
  /^(?:ERR_TLS_CERT_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE))/;

/** System calls before a connection stands: its own, and those of Node's resolvers. */
const BEFORE_CONNECTION = /^(?:connect|getaddrinfo|query\w+)$/;

/** Whether a request failed before it could reach its server: no address, no connection, or no trust in the server. */
export function wasNeverSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(wasNeverSent);
  if (!(error instanceof Error)) return false;
  if ("syscall" in error && BEFORE_CONNECTION.test(String(error.syscall))) return true;
  return "code" in error && REFUSED_CERTIFICATE.test(String(error.code));
}
