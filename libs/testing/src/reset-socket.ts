import type { Socket } from 'node:net';

/**
 * Ends a connection with a TCP reset where that is possible. Node cannot reset a socket whose `end()` is still being carried out: the call
 * fails with EINVAL, the handle is never closed, and the process never ends (it spins in its clean-up; seen with Node 24.21).
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
