/**
 * The settings of the clients that deliver. By default the SDK waits without limit; a delivery, retries included, must
 * end within the after-hooks' reserve.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 2000,
    throwOnRequestTimeout: true,
  },
};
