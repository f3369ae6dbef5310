// Writes rows at QUORUM, as an app would, until a file is there: writer.js FILE ADDRESS..., with the variables CA and PASSWORD. Ends with
// what it wrote, what failed and the slowest write, as JSON.
const { existsSync } = require('node:fs');
const { auth, Client, types } = require('cassandra-driver');

const [stopFile, ...contactPoints] = process.argv.slice(2);
const client = new Client({
  contactPoints,
  localDataCenter: 'europe-west1',
  authProvider: new auth.PlainTextAuthProvider('operator', process.env.PASSWORD),
  sslOptions: { ca: [process.env.CA], rejectUnauthorized: true },
  queryOptions: { consistency: types.consistencies.quorum, isIdempotent: true, prepare: true },
});

async function main() {
  await client.connect();
  const failed = [];
  let written = 0;
  let slowestMs = 0;
  while (!existsSync(stopFile)) {
    const began = Date.now();
    try {
      await client.execute('INSERT INTO proof.load (id, value) VALUES (?, ?)', [written, `row ${written}`]);
      written++;
    } catch (error) {
      failed.push(String(error.message));
    }
    slowestMs = Math.max(slowestMs, Date.now() - began);
    // The nodes share the processors of one machine: more writes take the time of what is tested.
    await new Promise((done) => setTimeout(done, 50));
  }
  const { rows } = await client.execute('SELECT count(*) FROM proof.load');
  console.log(JSON.stringify({ written, failed, slowestMs, found: Number(rows[0].count) }));
  process.exit(0);
}

main().catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
