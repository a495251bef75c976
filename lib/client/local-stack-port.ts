/** The port of the local stack's endpoint, unless another one was asked for. */
export const LOCAL_STACK_PORT = 9324;
