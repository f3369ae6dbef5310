import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

/** Answer of the server to a statement: rows of strings, nothing, or an error. */
export type CqlAnswer =
  | { readonly columns: readonly CqlType[]; readonly rows: readonly (readonly (Buffer | null)[])[] }
  | 'void'
  | 'schema change'
  | Error;

/** A type as the protocol writes it. */
export type CqlType = readonly number[];

const short = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
export const int = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const string = (text: string): Buffer => Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)]);
export const bytes = (value: Buffer | null): Buffer => (value === null ? int(-1) : Buffer.concat([int(value.length), value]));

/** Server side of Cassandra's native protocol, version 4, for logins and statements; it shares no code with the client. */
export class CqlServer {
  /** Statements it was asked, as `user LEVEL: statement`. */
  public readonly asked: string[] = [];
  public readonly passwords: Record<string, string> = {};

  private readonly server;

  constructor(
    pem: string,
    private readonly answer: (statement: string) => CqlAnswer,
    private readonly pageSize = Number.POSITIVE_INFINITY,
  ) {
    this.server = createServer({ key: pem, cert: pem }, (socket) => this.serve(socket));
    this.server.on('tlsClientError', () => {});
  }

  public async listen(address: string): Promise<void> {
    this.server.listen(9042, address);
    await once(this.server, 'listening');
    if ((this.server.address() as AddressInfo).port !== 9042) throw new Error('port 9042 is taken');
  }

  public close(): void {
    this.server.close();
  }

  private serve(socket: TLSSocket): void {
    let received = Buffer.alloc(0);
    let user = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 9 && received.length >= 9 + received.readInt32BE(5)) {
        const length = received.readInt32BE(5);
        const [opcode, body] = [received[4]!, received.subarray(9, 9 + length)];
        const [kind, answer] = this.react(opcode, body, user, (name) => {
          user = name;
        });
        received = received.subarray(9 + length);
        socket.write(Buffer.concat([Buffer.from([0x84, 0, 0, 0, kind]), int(answer.length), answer]));
      }
    });
  }

  private react(opcode: number, body: Buffer, user: string, logIn: (user: string) => void): [kind: number, answer: Buffer] {
    if (opcode === 1) return [3, string('org.apache.cassandra.auth.PasswordAuthenticator')];
    if (opcode === 15) {
      const [, name = '', password] = body.subarray(4).toString().split('\0');
      if (this.passwords[name] !== password) return refusal(0x0100, `Provided username ${name} and/or password are incorrect`);
      logIn(name);
      return [16, bytes(null)];
    }
    if (opcode !== 7 || user === '') return refusal(0x000a, 'not logged in');
    const length = body.readInt32BE(0);
    const statement = body.subarray(4, 4 + length).toString();
    const parameters = body.subarray(4 + length);
    const page = parameters[2]! & 0x08 ? parameters.readInt32BE(11) : 0;
    this.asked.push(`${user} ${parameters.readUInt16BE(0)}: ${statement}`);
    const answer = this.answer(statement);
    if (answer instanceof Error) return refusal(0x2200, answer.message);
    if (answer === 'void') return [8, int(1)];
    if (answer === 'schema change') return [8, Buffer.concat([int(5), string('CREATED'), string('KEYSPACE'), string('shop')])];
    const rows = answer.rows.slice(page, page + this.pageSize);
    const isLast = page + rows.length >= answer.rows.length;
    return [
      8,
      Buffer.concat([
        int(2),
        int(isLast ? 1 : 3),
        int(answer.columns.length),
        ...(isLast ? [] : [bytes(int(page + rows.length))]),
        string('shop'),
        string('orders'),
        ...answer.columns.flatMap((type, index) => [string(`column${index}`), ...type.map(short)]),
        int(rows.length),
        ...rows.flatMap((row) => row.map(bytes)),
      ]),
    ];
  }
}

function refusal(code: number, message: string): [kind: number, answer: Buffer] {
  return [0, Buffer.concat([int(code), string(message)])];
}
