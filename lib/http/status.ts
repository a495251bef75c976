/** Whether a status says that the request succeeded (RFC 9110 section 15.3). */
export function isSuccessful(status: number): boolean {
  return status >= 200 && status < 300;
}
