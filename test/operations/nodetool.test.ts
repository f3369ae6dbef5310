import { parseGossipInfo, parseNodetoolStatus } from '../../lib/operations/nodetool';

// What Cassandra 5.0.8 printed, with two nodes of which one was killed.
const STATUS = `Datacenter: europe-west1
========================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack
DN  127.0.0.2  30.9 KiB    4       100.0%            32c52972-e966-4c3d-806d-fe04e7d52b36  r2  
UN  127.0.0.1  119.61 KiB  4       100.0%            1e1c74b1-8ec6-418e-9009-4e4636791318  r1  

`;
const GOSSIP = `/127.0.0.1
  generation:1795646802
  heartbeat:109
  STATUS:32:NORMAL,-8569332220783668118
  LOAD:99:122477.0
  SCHEMA:24:d03783d7-b468-3c1a-82f1-8e30b2edde8b
  DC:12:europe-west1
  RELEASE_VERSION:5:5.0.8
  INTERNAL_IP:10:127.0.0.1
  NET_VERSION:1:12
  HOST_ID:2:1e1c74b1-8ec6-418e-9009-4e4636791318
  STATUS_WITH_PORT:31:NORMAL,-8569332220783668118
  TOKENS:30:<hidden>
/127.0.0.2
  generation:1795646816
  heartbeat:2147483647
  STATUS:69:shutdown,true
  SCHEMA:24:d03783d7-b468-3c1a-82f1-8e30b2edde8b
  RELEASE_VERSION:5:5.0.8
  HOST_ID:2:32c52972-e966-4c3d-806d-fe04e7d52b36
  STATUS_WITH_PORT:68:shutdown,true
  TOKENS:36:<hidden>

`;

test('parses the members in the output of nodetool status', () => {
  expect(parseNodetoolStatus(STATUS)).toEqual([
    {
      datacenter: 'europe-west1',
      state: 'DN',
      address: '127.0.0.2',
      load: '30.9 KiB',
      hostId: '32c52972-e966-4c3d-806d-fe04e7d52b36',
      rack: 'r2',
    },
    {
      datacenter: 'europe-west1',
      state: 'UN',
      address: '127.0.0.1',
      load: '119.61 KiB',
      hostId: '1e1c74b1-8ec6-418e-9009-4e4636791318',
      rack: 'r1',
    },
  ]);
});

test.each([
  ['a node that joins', 'UJ  10.0.0.1  ?  16  ?  32c52972-e966-4c3d-806d-fe04e7d52b36  r1', { state: 'UJ', load: '?' }],
  ['keyspaces that differ', 'UN  10.0.0.1  1.5 GiB  16  ?  32c52972-e966-4c3d-806d-fe04e7d52b36  r1', { load: '1.5 GiB' }],
  [
    'one token a node, which has no column for them',
    'UN  10.0.0.1  1.5 GiB  33.3%  32c52972-e966-4c3d-806d-fe04e7d52b36  r1',
    { rack: 'r1' },
  ],
  ['a node with an unknown host id', 'DN  10.0.0.1  ?  16  33.3%  null  r1', { hostId: '' }],
  ['another language', 'UN  10.0.0.1  1,5 GiB  16  33,3%  32c52972-e966-4c3d-806d-fe04e7d52b36  r1', { load: '1,5 GiB' }],
])('parses members with %s', (_, line, member) => {
  expect(parseNodetoolStatus(line)).toEqual([expect.objectContaining(member)]);
});

test('parses schema, version and status of each node from gossip', () => {
  const gossip = parseGossipInfo(GOSSIP);
  expect([...gossip.keys()]).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(gossip.get('127.0.0.2')).toEqual({
    hostId: '32c52972-e966-4c3d-806d-fe04e7d52b36',
    schema: 'd03783d7-b468-3c1a-82f1-8e30b2edde8b',
    release: '5.0.8',
    status: 'shutdown',
  });
});

test('returns no members when nodetool cannot connect', () => {
  const refused = "nodetool: Failed to connect to '127.0.0.1:7299' - ConnectException: 'Connection refused'.\n";
  expect([parseNodetoolStatus(refused), parseGossipInfo(refused).size]).toEqual([[], 0]);
});
