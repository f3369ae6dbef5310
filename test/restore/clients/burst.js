// Writes rows at ALL one after another: burst.js ROWS ADDRESS..., with the variables CA and PASSWORD. Ends right after the last one is
// acknowledged, and prints the time of that in milliseconds since 1970.
const { auth, Client, types } = require('cassandra-driver');

const [rows, ...contactPoints] = process.argv.slice(2);
const client = new Client({
  contactPoints,
  localDataCenter: 'europe-west1',
  authProvider: new auth.PlainTextAuthProvider('operator', process.env.PASSWORD),
  sslOptions: { ca: [process.env.CA], rejectUnauthorized: true },
  queryOptions: { consistency: types.consistencies.all, isIdempotent: true, prepare: true },
});

async function main() {
  await client.connect();
  for (let id = 0; id < Number(rows); id++) await client.execute('INSERT INTO proof.last (id, value) VALUES (?, ?)', [id, `row ${id}`]);
  console.log(Date.now());
  process.exit(0);
}

main().catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
