import type { Socket } from 'node:dgram';

/** Seconds from the epoch of NTP (1900) to that of Unix. */
const EPOCH = 2_208_988_800;

/**
 * The metadata server's clock: this machine's own, told by NTP. It can be told to say that it knows no time.
 */
export class TimeServer {
  /** Whether it knows the time. Clients do not follow one that says it does not. */
  public isSynchronized = true;

  public serve(socket: Socket): void {
    socket.on('message', (request, { address, port }) => {
      if (request.length < 48) return;
      socket.send(this.answer(request), port, address);
    });
  }

  private answer(request: Buffer): Buffer {
    const answer = Buffer.alloc(48);
    const now = timestamp();
    const leap = this.isSynchronized ? 0 : 3;
    // Version 4, and the mode of a server.
    answer[0] = (leap << 6) | (4 << 3) | 4;
    answer[1] = this.isSynchronized ? 1 : 16;
    answer[2] = request[2]!;
    answer[3] = -20 & 0xff;
    answer.write('GOOG', 12, 'ascii');
    now.copy(answer, 16);
    request.copy(answer, 24, 40, 48);
    now.copy(answer, 32);
    timestamp().copy(answer, 40);
    return answer;
  }
}

function timestamp(): Buffer {
  const buffer = Buffer.alloc(8);
  const milliseconds = Date.now();
  const seconds = Math.floor(milliseconds / 1000);
  buffer.writeUInt32BE((seconds + EPOCH) >>> 0, 0);
  buffer.writeUInt32BE(Math.floor((milliseconds / 1000 - seconds) * 2 ** 32), 4);
  return buffer;
}
