import { gzipSync } from 'node:zlib';
import type { AnsweredCall } from '../../lib/sandbox';
import { changedRequests, sentRequests } from '../../scripts/providers/sent-requests';

function call(method: string, path: string, body: object, more: Partial<AnsweredCall> = {}): AnsweredCall {
  const [, plain = '', verb = ''] = /^([^:]*):?(.*)$/.exec(path)!;
  const rest = { api: 'compute', version: 'v1', query: new URLSearchParams('alt=json'), code: 200, problems: [], doubts: [] } as const;
  return { ...rest, method, path: plain, verb, body: { ...body }, ...more };
}

describe('requests that an apply sent', () => {
  test('are keyed by method, path and name, without fingerprints', () => {
    const disk = call('POST', 'projects/p/zones/z/disks', { sizeGb: 50, name: 'data', labelFingerprint: 'a' });
    expect(sentRequests([disk], [])).toEqual({ compute: { 'POST v1/projects/p/zones/z/disks data': { name: 'data', sizeGb: 50 } } });
  });

  test('do not include reads, deletions and rejected requests', () => {
    const calls = [
      call('GET', 'projects/p/zones/z/disks/data', {}),
      call('DELETE', 'projects/p/zones/z/disks/data', {}),
      call('POST', 'projects/p:getIamPolicy', {}),
      call('POST', 'projects/p/zones/z/disks', { name: 'data' }, { code: 409 }),
    ];
    expect(sentRequests(calls, [])).toEqual({});
  });

  test('have the last policy, with sorted members', () => {
    const policy = (...members: string[]) => ({ policy: { bindings: [{ role: 'viewer', members }], etag: members.join() } });
    const calls = [call('POST', 'projects/p:setIamPolicy', policy('b')), call('POST', 'projects/p:setIamPolicy', policy('b', 'a'))];
    expect(sentRequests(calls, [])).toEqual({
      compute: { 'POST v1/projects/p:setIamPolicy': { policy: { bindings: [{ role: 'viewer', members: ['a', 'b'] }] } } },
    });
  });

  test('enable all APIs at once', () => {
    const enable = (...serviceIds: string[]) => call('POST', 'projects/p/services:batchEnable', { serviceIds }, { api: 'serviceusage' });
    const one = call('POST', 'projects/p/services/iam:enable', {}, { api: 'serviceusage' });
    expect(sentRequests([enable('dns'), enable('compute', 'dns'), one], [])).toEqual({
      serviceusage: { 'POST v1/projects/p/services:batchEnable': { serviceIds: ['compute', 'dns', 'iam'] } },
    });
  });

  test('have a hash instead of a long text', () => {
    const long = (text: string) => sentRequests([call('POST', 'projects/p/zones/z/instances', { name: 'a', text: text.repeat(2000) })], []);
    expect(JSON.stringify(long('x')).length).toBeLessThan(200);
    expect(long('x')).not.toEqual(long('y'));
  });

  test('fail if two of them have the same key', () => {
    const disk = (sizeGb: number) => call('POST', 'projects/p/zones/z/disks', { name: 'data', sizeGb });
    expect(sentRequests([disk(50), disk(50)], [])).toEqual(sentRequests([disk(50)], []));
    expect(() => sentRequests([disk(50), disk(60)], [])).toThrow("two requests are 'compute: POST v1/projects/p/zones/z/disks data'");
  });

  test("have helm's release as chart and values", () => {
    const release = {
      name: 'search',
      namespace: 'apps',
      chart: { metadata: { name: 'search', version: '1.0.0' } },
      config: { replicas: 2 },
      info: {},
    };
    const packed = Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString('base64');
    const path = '/api/v1/namespaces/apps/secrets';
    const body = { type: 'helm.sh/release.v1', data: { release: packed } };
    expect(sentRequests([], [{ method: 'POST', path, body }], { search: '34AB' })).toEqual({
      helm: {
        'POST /api/v1/namespaces/apps/secrets search': {
          name: 'search',
          namespace: 'apps',
          chart: 'search 1.0.0',
          files: '34AB',
          values: { replicas: 2 },
        },
      },
    });
  });
});

describe('changed requests', () => {
  const disk = { 'POST disks data': { name: 'data', sizeGb: 50, labels: { team: 'a' } } };

  test('are listed with the field', () => {
    const changed = { 'POST disks data': { name: 'data', sizeGb: 60, labels: {} } };
    expect(changedRequests({ compute: disk }, { compute: changed })).toEqual([
      'compute: POST disks data: labels.team: "a" is recorded, nothing is sent',
      'compute: POST disks data: sizeGb: 50 is recorded, 60 is sent',
    ]);
  });

  test('include added and removed ones', () => {
    expect(changedRequests({ compute: disk }, { dns: { 'POST zones': {} } })).toEqual([
      'compute: POST disks data is recorded and is not sent',
      'dns: POST zones is sent and is not recorded',
    ]);
  });

  test('are none if only the order of fields differs', () => {
    const same = { 'POST disks data': { labels: { team: 'a' }, sizeGb: 50, name: 'data' } };
    expect(changedRequests({ compute: disk }, { compute: same })).toEqual([]);
  });
});
