import type { Socket } from 'node:dgram';

/** Seconds from the epoch of NTP (1900) to that of Unix. */
const EPOCH = 2_208_988_800;

/**
 * NTP server of the metadata server, with the clock of the host. Can be unsynchronized for chosen clients.
 */
export class TimeServer {
  /** Clients for which the server is unsynchronized, by address. */
  public readonly unknownTo = new Set<string>();

  public serve(socket: Socket): void {
    socket.on('message', (request, { address, port }) => {
      if (request.length < 48) return;
      socket.send(answer(request, !this.unknownTo.has(address)), port, address);
    });
  }
}

function answer(request: Buffer, knowsTime: boolean): Buffer {
  const buffer = Buffer.alloc(48);
  const now = timestamp();
  const leap = knowsTime ? 0 : 3;
  // Version 4, and the mode of a server.
  buffer[0] = (leap << 6) | (4 << 3) | 4;
  buffer[1] = knowsTime ? 1 : 16;
  buffer[2] = request[2]!;
  buffer[3] = -20 & 0xff;
  buffer.write('GOOG', 12, 'ascii');
  now.copy(buffer, 16);
  request.copy(buffer, 24, 40, 48);
  now.copy(buffer, 32);
  timestamp().copy(buffer, 40);
  return buffer;
}

function timestamp(): Buffer {
  const buffer = Buffer.alloc(8);
  const milliseconds = Date.now();
  const seconds = Math.floor(milliseconds / 1000);
  buffer.writeUInt32BE((seconds + EPOCH) >>> 0, 0);
  buffer.writeUInt32BE(Math.floor((milliseconds / 1000 - seconds) * 2 ** 32), 4);
  return buffer;
}
