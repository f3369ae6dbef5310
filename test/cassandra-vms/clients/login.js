// Logs in over TLS with the driver that apps use: login.js ADDRESS USER, with the variables CA and PASSWORD. Prints `in`, or the error.
const { auth, Client, policies } = require('cassandra-driver');

const [address, user] = process.argv.slice(2);
const client = new Client({
  contactPoints: [address],
  localDataCenter: 'europe-west1',
  authProvider: new auth.PlainTextAuthProvider(user, process.env.PASSWORD),
  sslOptions: { ca: [process.env.CA], rejectUnauthorized: true },
  socketOptions: { connectTimeout: 5000 },
  policies: {
    loadBalancing: new policies.loadBalancing.AllowListPolicy(new policies.loadBalancing.RoundRobinPolicy(), [`${address}:9042`]),
  },
});

client
  .connect()
  .then(() => 'in')
  .catch((error) =>
    Object.values(error.innerErrors ?? { it: error })
      .map((each) => each.message)
      .join('; '),
  )
  .then((word) => {
    console.log(word);
    process.exit(0);
  });
