// Connects to a port without TLS: plain.js ADDRESS PORT HEX. Prints unreachable, refused (closed, or a TLS alert), silent or answered.
const { connect } = require('node:net');

const [address, port, hex] = process.argv.slice(2);
const TLS_ALERT = 0x15;

function say(word) {
  console.log(word);
  process.exit(0);
}

const socket = connect({ host: address, port: Number(port), timeout: 3000 });
let isConnected = false;
socket.once('connect', () => {
  isConnected = true;
  socket.write(Buffer.from(hex, 'hex'));
});
socket.once('timeout', () => say(isConnected ? 'silent' : 'unreachable'));
socket.once('data', (data) => say(data[0] === TLS_ALERT ? 'refused' : 'answered'));
socket.once('close', () => say(isConnected ? 'refused' : 'unreachable'));
socket.once('error', () => say(isConnected ? 'refused' : 'unreachable'));
