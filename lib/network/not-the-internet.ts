/**
 * Special-purpose ranges, which do not exist on the internet (https://www.iana.org/assignments/iana-ipv4-special-registry), and
 * the ranges of private and restricted Google API endpoints, which are a peer of their own.
 */
export const NOT_THE_INTERNET: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '199.36.153.4/30',
  '199.36.153.8/30',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
