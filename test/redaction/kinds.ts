/** Secret that Terraform does not mark, in a text of a kind that people write. */
export interface Kind {
  readonly kind: string;
  readonly text: string;
  readonly secrets: readonly string[];

  /** Parts of the text that are no secret and are shown. */
  readonly shown?: readonly string[];
}

const SECRET = 'mR7wQz4TgB9x';
const TOKEN = 'q8Zt3LmV0xKd6RbY1sHn';
const WORDS = 'Maple-Orchid42';

/** Creates a kind; `§` in the text is the secret. */
function kind(name: string, text: string, secret: string = SECRET, ...shown: readonly string[]): Kind {
  return { kind: name, text: text.replaceAll('§', secret), secrets: [secret], shown };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const KINDS: readonly Kind[] = [
  kind('.env', 'LOG=debug\nMYSQL_ROOT_PASSWORD=§\nHOST=db.example.com\n', SECRET, 'LOG=debug', 'HOST=db.example.com'),
  kind('.env with export and quotes', 'export REDIS_PASS="§"\nexport PORT=6379\n', WORDS, 'export PORT=6379'),
  kind('properties', 'quarkus.datasource.password = §\nquarkus.port = 8080\n', SECRET, 'quarkus.port = 8080'),
  kind('properties with a colon', 'app.name: shop\napp.jwt.secret: §\n{', SECRET, 'app.name: shop'),
  kind('ini', '[smtp]\nuser = mailer\npasswd = §\n; comment\n', SECRET, 'user = mailer'),
  kind('toml', '[database]\nserver = "10.0.0.1"\npassword = "§"\n', WORDS, 'server = "10.0.0.1"'),
  kind('hcl', 'listener {\n  address = "0.0.0.0:8200"\n}\nseal_token = "§"\n', TOKEN, 'address = "0.0.0.0:8200"'),
  kind('yaml with an anchor', 'base: &base\n  user: shop\n  password: §\nother: *base\n', SECRET, 'user: shop'),
  kind('yaml with a quoted key', "x: {a: 1}\n'admin-password': '§'\n<<: y\n", WORDS),
  kind('json in a line of a log', 'sending {"user":"shop","password":"§"} to the queue', SECRET, 'to the queue'),
  kind('json escaped in json', 'body={\\"client_secret\\":\\"§\\",\\"scope\\":\\"read\\"}', TOKEN, 'scope'),
  kind('javascript', "const client = new Client({ host: 'db', password: '§' });", WORDS, "host: 'db'"),
  kind('ruby', "production:\n  :secret_key_base => '§'\n", TOKEN),
  kind('python', 'connect(host="db", passwd="§", port=3306)', SECRET, 'port=3306'),
  kind('php', "define('AUTH_KEY', '§');\ndefine('DB_PASSWORD', '§');", WORDS),
  kind('java', 'props.put("javax.net.ssl.keyStorePassword", "§");', SECRET, 'props.put'),
  kind('c#', 'new NetworkCredential { UserName = "shop", Password = "§" }', WORDS, 'UserName = "shop"'),
  kind('go', 'cfg := Config{Addr: "db:6379", Password: "§"}', SECRET, 'db:6379'),
  kind('powershell', '$env:API_TOKEN = "§"\nWrite-Output done', TOKEN, 'Write-Output done'),
  kind('csh', 'setenv DB_PASSWORD §\nsetenv HOST db\n', SECRET, 'setenv HOST db'),
  kind('dockerfile', 'FROM alpine\nENV APP_SECRET §\nRUN make\n', TOKEN, 'RUN make'),
  kind(
    'compose',
    'services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=§\n      - POSTGRES_DB=shop\n',
    SECRET,
    'POSTGRES_DB=shop',
  ),
  kind('flag with a space', 'server --port 80 --admin-password § --verbose', SECRET, '--port 80', '--verbose'),
  kind('flag with an equals sign', 'server --auth-token=§ --region eu', TOKEN, '--region eu'),
  kind('flag with one dash', 'java -Xmx1g -Dkeystore.password=§ -jar a.jar', SECRET, '-jar a.jar'),
  kind('docker run -e', 'docker run -e MODE=fast -e SESSION_SECRET=§ shop:1', TOKEN, 'MODE=fast', 'shop:1'),
  kind('assignment before a command', 'PGPASSWORD=§ pg_dump -h db shop', SECRET, 'pg_dump -h db shop'),
  kind('mysql -p', 'mysqldump -u root -p§ shop > dump.sql', SECRET, 'dump.sql'),
  kind('docker login', 'docker login -u ci -p § registry.example.com', TOKEN, 'registry.example.com'),
  kind('curl -u', 'curl -s -u ops:§ https://api.example.com/v1', SECRET, 'https://api.example.com/v1'),
  kind('curl --user', "curl --user 'ops:§' https://api.example.com", WORDS, 'https://api.example.com'),
  kind('curl -H', "curl -H 'X-Auth-Token: §' https://api.example.com", TOKEN, 'https://api.example.com'),
  kind('redis-cli', 'redis-cli -h cache -a § ping', SECRET, 'ping'),
  kind('sshpass', 'sshpass -p § ssh ops@host', SECRET, 'ssh ops@host'),
  kind('ldapsearch', 'ldapsearch -x -D cn=admin -w § -b dc=example', SECRET, '-b dc=example'),
  kind('openssl', 'openssl rsa -in key.pem -passin pass:§ -out plain.pem', WORDS, '-out plain.pem'),
  kind('htpasswd -b', 'htpasswd -cb /etc/nginx/htpasswd admin §', SECRET, '/etc/nginx/htpasswd admin'),
  kind('kubectl create secret', 'kubectl create secret generic db --from-literal=user=§ -n shop', SECRET, '-n shop'),
  kind('password on standard input', 'echo § | docker login -u ci --password-stdin registry.example.com', TOKEN, 'registry.example.com'),
  kind('chpasswd', 'echo "admin:§" | chpasswd\nservice ssh restart', SECRET, 'service ssh restart'),
  kind('rabbitmqctl', 'rabbitmqctl add_user shop §', SECRET),
  kind('authorization with a bearer', 'Authorization: Bearer §', TOKEN),
  kind('authorization with basic', `Authorization: Basic ${base64(`ops:${SECRET}`)}`, SECRET),
  kind('proxy header', 'proxy_set_header Authorization "Token §";', TOKEN, 'proxy_set_header'),
  kind('api key header', 'GET /v1 HTTP/1.1\nX-API-Key: §\nAccept: */*\n', TOKEN, 'Accept: */*'),
  kind('query parameter', 'https://api.example.com/hook?mode=fast&api_key=§&v=2', TOKEN, 'mode=fast', 'v=2'),
  kind('signature in a query', 'https://store.example.com/a?sp=r&sig=§', 'kX8vTzQ2%2BmN4rLw7pYc0HbA%3D', 'sp=r'),
  kind('access token in a fragment', 'https://app.example.com/#access_token=§&state=1', TOKEN, 'state=1'),
  kind('url with a password', 'postgres://shop:§@db:5432/shop', SECRET, '@db:5432/shop'),
  kind('url without a user', 'redis://:§@cache:6379/0', SECRET, '@cache:6379/0'),
  kind('url with a token as the user', 'https://§@git.example.com/a.git', TOKEN, '@git.example.com/a.git'),
  kind('url with several hosts', 'mongodb://shop:§@m1:27017,m2:27017/shop', WORDS, 'm1:27017,m2:27017/shop'),
  kind('go dsn', 'shop:§@tcp(db:3306)/shop', SECRET, '@tcp(db:3306)/shop'),
  kind('oracle dsn', 'scott/§@//db:1521/XE', SECRET, 'db:1521/XE'),
  kind('ado connection string', 'Server=db;Database=shop;User Id=app;Password=§;Encrypt=true', WORDS, 'Server=db', 'Encrypt=true'),
  kind(
    'azure connection string',
    'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=§;EndpointSuffix=core',
    base64(`${TOKEN}${SECRET}`),
    'AccountName=shop',
  ),
  kind('libpq', 'host=db user=shop password=§ sslmode=require', SECRET, 'sslmode=require'),
  kind('jdbc', 'jdbc:mysql://db/shop?user=app&password=§&useSSL=true', SECRET, 'useSSL=true'),
  kind(
    'service bus',
    'Endpoint=sb://a.example.com/;SharedAccessKeyName=all;SharedAccessKey=§',
    base64(TOKEN + SECRET),
    'SharedAccessKeyName=all',
  ),
  kind('.netrc', 'machine api.example.com login ci password §', SECRET, 'machine api.example.com'),
  kind('.pgpass', 'db:5432:shop:app:§\n', SECRET, 'db:5432:shop:app:'),
  kind('.npmrc', 'registry=https://npm.example.com/\n//npm.example.com/:_authToken=§\n', TOKEN, 'registry=https://npm.example.com/'),
  kind('.pypirc', '[pypi]\nusername = ci\npassword = §\n', SECRET, 'username = ci'),
  kind('htpasswd', 'ops:§\n', '$apr1$k3f8Jq1z$Yx0mN5cQw2vB7tR9sLd4e1', 'ops:'),
  kind('bcrypt', 'users:\n- ops:§ # first\n', '$2y$10$Vq3kT8zLw0XnR5bYc1HsJeM7pQ2dF4gA9uKiO6tZrWxBvCyNlDfS', 'ops:'),
  kind('redis.conf', 'port 6379\nrequirepass §\nappendonly yes\n', 'hunterfox', 'appendonly yes'),
  kind('keepalived', 'authentication {\n  auth_type PASS\n  auth_pass §\n}\n', SECRET, 'auth_type PASS'),
  kind('wpa_supplicant', 'network={\n  ssid="office"\n  psk="§"\n}\n', WORDS, 'ssid="office"'),
  kind('jaas', 'PlainLoginModule required username="shop" password="§";', WORDS, 'username="shop"'),
  kind('maven settings', '<server><id>repo</id><password>§</password></server>', WORDS, '<id>repo</id>'),
  kind('xml attribute', '<add key="ApiKey" value="§" />', TOKEN, 'ApiKey'),
  kind('sql', "CREATE USER shop IDENTIFIED BY '§';\nGRANT ALL ON shop.* TO shop;", WORDS, 'GRANT ALL ON shop.*'),
  kind('postgres role', "CREATE ROLE shop LOGIN PASSWORD '§' VALID UNTIL 'infinity';", WORDS, 'VALID UNTIL'),
  kind('cql', "CREATE ROLE shop WITH PASSWORD = '§' AND LOGIN = true;", WORDS, 'LOGIN = true'),
  kind(
    'slack web hook',
    'https://hooks.slack.com/services/§',
    'T0AB12CD3/B0EF45GH6/Zx8Kq2Lm9Np4Rt7Vw1Yb3Cd5',
    'https://hooks.slack.com/services/',
  ),
  kind(
    'discord web hook',
    'https://discord.com/api/webhooks/§',
    '112233445566778899/aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z',
    'https://discord.com/api/webhooks/',
  ),
  kind('own web hook', 'https://chat.example.com/hooks/§', 'k8f3n5q7w9e1r4t6y2u8i0o3p5', 'https://chat.example.com/hooks/'),
  kind(
    'private key',
    '-----BEGIN EC PRIVATE KEY-----\n§\n-----END EC PRIVATE KEY-----',
    'MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJhX0tF9o3qS',
  ),
  kind(
    'private key on one line',
    'key: "-----BEGIN PRIVATE KEY-----\\n§\\n-----END PRIVATE KEY-----\\n"',
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIB',
  ),
  kind(
    'jwt',
    'cookie set to § by the proxy',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'by the proxy',
  ),
  kind('token of a code host', 'git clone with §', `ghp_${'aB3dE5fG7h'.repeat(4)}`, 'git clone with'),
  kind('token of a cloud', 'uses § for billing', `AKIA${'QWERTYUIOP12ZXCV'}`, 'for billing'),
  kind('kubernetes secret', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  level: §\n', base64(WORDS), 'metadata.name'),
  kind(
    'kubernetes secrets in two documents',
    'kind: ConfigMap\ndata:\n  mode: fast\n---\nkind: Secret\nstringData:\n  mode: "§"\n  note: |\n    §\n',
    WORDS,
    'mode: fast',
  ),
  {
    kind: 'docker config',
    text: `{"auths":{"registry.example.com":{"auth":"${base64(`ci:${SECRET}`)}"}}}`,
    secrets: [SECRET, base64(`ci:${SECRET}`)],
  },
  {
    kind: 'kubeconfig',
    text: `users:\n- name: ops\n  user:\n    client-key-data: ${base64(TOKEN)}\n    token: ${TOKEN}\n`,
    secrets: [TOKEN, base64(TOKEN)],
    shown: ['name'],
  },
  {
    kind: 'script in base64',
    text: base64(`#!/bin/sh\nexport API_TOKEN=${TOKEN}\n`),
    secrets: [TOKEN, base64(`#!/bin/sh\nexport API_TOKEN=${TOKEN}\n`)],
  },
  {
    kind: 'names and values in a list',
    text: `[{"name":"DB_PASSWORD","value":"${WORDS}"},{"name":"MODE","value":"fast"}]`,
    secrets: [WORDS],
    shown: ['fast'],
  },
  { kind: 'json web key', text: `{"kty":"EC","crv":"P-256","x":"public","d":"${TOKEN}"}`, secrets: [TOKEN], shown: ['P-256'] },
  kind('otpauth', 'otpauth://totp/shop:ops?secret=§&issuer=shop', 'JBSWY3DPEHPK3PXP', 'issuer=shop'),
  kind('snmp', 'rocommunity § 10.0.0.0/8', SECRET, '10.0.0.0/8'),
  kind('ipsec', '10.0.0.1 10.0.0.2 : PSK "§"', TOKEN, '10.0.0.1 10.0.0.2'),
  kind('windows line ends', 'A=1\r\nSMTP_PASSWORD=§\r\nB=2\r\n', SECRET, 'B=2'),
];

/** Texts without a secret, which are shown as they are. */
export const HARMLESS: readonly string[] = [
  'PASSWORD_FILE=/run/secrets/db\nTOKEN_URL=https://auth.example.com/token\n',
  `password: \${DB_PASSWORD}\ntoken: $TOKEN\nsecret: {{ .Values.secret }}\n`,
  'passwordSecretRef:\n  name: db-credentials\n  key: password\n',
  'token = var.token\nsecret = os.environ["SECRET"]\n',
  'The password must have at least 12 characters. Token: see the vault.',
  'max_tokens=4096 token_bucket=10 secret_rotation_days: 30',
  'image: registry.example.com/shop@sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  'https://example.com/reset-password?lang=en&page=2',
  'serviceAccount:ci@shop.iam.gserviceaccount.com user:ops@example.com group:dev@example.com',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx2Yl5mQh8k3v9W4n6R1t0Zp7Xc5Vb2Nm8Lq4Ks6Dj ops@host',
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ3x9mS0y5kD2\n-----END CERTIFICATE-----\n',
  'docker run -u 1000:1000 -p 8080:80 shop:1.2.3',
  'mkdir -p /var/lib/shop && ps -p 1 && chown -R shop:shop /srv',
  'kubectl get secret db -n shop -o name',
  'time: 12:30:45\nrange: 10.0.0.0/8\nratio=3:1\n',
  'tokenizer: standard\nsecretary: jane\npassenger: 4\nbypass: true\ncompass: north\n',
];
