import { PLACE, PROJECT, VmApi, ZONE } from './vm-api';

let api: VmApi;

beforeEach(async () => {
  api = await VmApi.start();
  await api.deploy();
});
afterEach(() => api.stop());

const DISK = { zone: ZONE, name: 'data' };
const SOURCE = `https://www.googleapis.com/compute/v1/${PLACE}/disks/data`;

describe('disks', () => {
  test('have what backups and restores read', async () => {
    expect(await api.compute.disk(DISK)).toMatchObject({
      ...{ name: 'data', sizeGb: '50', status: 'READY', selfLink: SOURCE, labels: { node: 'b' } },
      users: [`https://www.googleapis.com/compute/v1/${PLACE}/instances/node`],
    });
    expect(await api.compute.disk({ zone: ZONE, name: 'none' })).toBeUndefined();
  });

  test('are refused by the words of Compute Engine', async () => {
    const { code, body } = await api.call('DELETE', `zones/${ZONE}/disks/data`);
    expect([code, body.error.errors[0].reason]).toEqual([400, 'resourceInUseByAnotherResource']);
    expect(body.error.message).toBe(`The disk resource '${PLACE}/disks/data' is already being used by '${PLACE}/instances/node'`);
    expect((await api.call('POST', `zones/${ZONE}/disks`, { name: 'data' })).code).toBe(409);
    expect((await api.call('POST', `zones/${ZONE}/disks`, { name: 'Data' })).code).toBe(400);
    const missing = await api.call('POST', `zones/${ZONE}/disks`, {
      name: 'clone',
      sourceSnapshot: `projects/${PROJECT}/global/snapshots/none`,
    });
    expect([missing.code, missing.body.error.message]).toEqual([
      404,
      `The resource 'projects/${PROJECT}/global/snapshots/none' was not found`,
    ]);
  });

  test('have the customer-managed key of the request, and their snapshots the same one or none', async () => {
    const key = 'projects/keys/locations/europe-west1/keyRings/r/cryptoKeys/k';
    const take = (disk: string, name: string, kmsKeyName?: string) =>
      api.call('POST', `zones/${ZONE}/disks/${disk}/createSnapshot`, {
        name,
        ...(kmsKeyName && { snapshotEncryptionKey: { kmsKeyName } }),
      });
    await api.compute.createDisk(ZONE, { name: 'own', sizeGb: '10', diskEncryptionKey: { kmsKeyName: key } });
    const version = { kmsKeyName: `${key}/cryptoKeyVersions/1` };
    expect(await api.compute.disk({ zone: ZONE, name: 'own' })).toMatchObject({ diskEncryptionKey: version });
    expect(await api.compute.disk(DISK)).not.toHaveProperty('diskEncryptionKey');
    await take('own', 'without');
    await take('own', 'with', key);
    expect(await api.compute.snapshot('without')).toMatchObject({ snapshotEncryptionKey: version });
    expect(await api.compute.snapshot('with')).toMatchObject({ snapshotEncryptionKey: version });
    for (const [disk, other] of [
      ['data', key],
      ['own', `${key}-two`],
    ] as const) {
      const { code, body } = await take(disk, 'refused', other);
      expect([code, body.error.message]).toEqual([400, expect.stringContaining('has the customer-managed key of its source disk')]);
    }
    expect(await api.compute.snapshot('refused')).toBeUndefined();
  });

  test('are made from a snapshot of another project', async () => {
    await api.compute.createSnapshot(DISK, { name: 'monday' });
    const sourceSnapshot = `projects/${PROJECT}/global/snapshots/monday`;
    await api.computeOf('vault').createDisk(ZONE, { name: 'copy', sourceSnapshot });
    expect(await api.computeOf('vault').disk({ zone: ZONE, name: 'copy' })).toMatchObject({
      ...{ sizeGb: '50', sourceSnapshotId: (await api.compute.snapshot('monday'))!.id },
      sourceSnapshot: `https://www.googleapis.com/compute/v1/${sourceSnapshot}`,
    });
    expect(await api.compute.disk({ zone: ZONE, name: 'copy' })).toBeUndefined();
  });

  test('are listed by filter, in pages', async () => {
    for (const name of ['one', 'two', 'three']) await api.compute.createDisk(ZONE, { name, sizeGb: '10', labels: { run: 'a' } });
    const names = async (filter?: string) => (await api.compute.disks(ZONE, filter)).map(({ name }) => name);
    expect(await names()).toEqual(['data', 'one', 'three', 'two']);
    expect(await names('labels.run=a')).toEqual(['one', 'three', 'two']);
    expect(await names('(labels.run:*) (name = "two")')).toEqual(['two']);
    expect(await names('labels.run:* AND name!=two')).toEqual(['one', 'three']);
    expect(await names('name:t*')).toEqual(['three', 'two']);
    const pages: string[][] = [];
    let token = '';
    do {
      const { body } = await api.call('GET', `zones/${ZONE}/disks?maxResults=3${token && `&pageToken=${token}`}`);
      pages.push(body.items.map(({ name }: { name: string }) => name));
      token = body.nextPageToken ?? '';
    } while (token !== '');
    expect(pages).toEqual([['data', 'one', 'three'], ['two']]);
  });

  test.each(['labels.run=a OR labels.run=b', 'name', 'name=(a', 'size>10'])('are not listed by the filter %s', async (filter) => {
    const { code, body } = await api.call('GET', `zones/${ZONE}/disks?filter=${encodeURIComponent(filter)}`);
    expect([code, body.error.message]).toEqual([400, `Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`]);
  });

  test('keep the labels that they have; a change of a former version is refused', async () => {
    const { body: before } = await api.call('GET', `zones/${ZONE}/disks/data`);
    await api.compute.addLabels(`zones/${ZONE}/disks/data`, { kept: 'yes' });
    expect((await api.compute.disk(DISK))?.labels).toEqual({ node: 'b', kept: 'yes' });
    const stale = await api.call('POST', `zones/${ZONE}/disks/data/setLabels`, { labels: {}, labelFingerprint: before.labelFingerprint });
    expect([stale.code, stale.body.error.errors[0].reason]).toEqual([412, 'conditionNotMet']);
  });
});

describe('snapshots', () => {
  test('are taken, listed and restored, also when their disk is gone', async () => {
    const snapshot = await api.compute.createSnapshot(DISK, { name: 'monday', labels: { set: 'a' } });
    const { id } = (await api.compute.disk(DISK))!;
    expect(snapshot).toMatchObject({ status: 'READY', diskSizeGb: '50', sourceDisk: SOURCE, sourceDiskId: id, labels: { set: 'a' } });
    expect(snapshot.guestFlush).toBeUndefined();
    await api.compute.deleteInstance({ zone: ZONE, name: 'node' });
    await api.compute.deleteDisk(DISK);
    expect((await api.compute.snapshots('labels.set=a')).map(({ sourceDiskId }) => sourceDiskId)).toEqual([id]);
    const clone = { name: 'clone', sourceSnapshot: `projects/${PROJECT}/global/snapshots/monday` };
    expect(await api.compute.createDisk(ZONE, clone)).toMatchObject({ sizeGb: '50', sourceSnapshot: expect.stringContaining('/monday') });
    await api.compute.deleteSnapshot('monday');
    expect(await api.compute.snapshot('monday')).toBeUndefined();
  });

  test.each([
    ['the body', '', { guestFlush: true }],
    ['the query', '?guestFlush=true', {}],
  ])('flush the guest by %s', async (_, query, body) => {
    await api.call('POST', `zones/${ZONE}/disks/data/createSnapshot${query}`, { name: 'flushed', ...body });
    expect((await api.compute.snapshot('flushed'))?.guestFlush).toBe(true);
  });

  test.each(['snapshotProblem', 'problem'] as const)('do not exist if they could not be taken (%s)', async (problem) => {
    api[problem] = '/etc/google/snapshots/pre.sh on node failed with status 3';
    await expect(api.compute.createSnapshot(DISK, { name: 'monday' })).rejects.toThrow('pre.sh on node failed with status 3');
    expect(await api.compute.snapshot('monday')).toBeUndefined();
  });
});

describe('instances', () => {
  test('have what recoveries read', async () => {
    expect(await api.compute.instance({ zone: ZONE, name: 'node' })).toMatchObject({
      ...{ name: 'node', status: 'RUNNING', labels: { 'cassandra-recovery': 'test' } },
      disks: [{ boot: true }, { deviceName: 'cassandra', mode: 'READ_WRITE', source: SOURCE }],
      networkInterfaces: [{ networkIP: expect.stringMatching(/^10\.10\.8\./) }],
      metadata: { items: [{ key: 'startup-script', value: 'true' }] },
    });
    expect((await api.compute.instances(ZONE, 'labels.cassandra-recovery=test')).map(({ name }) => name)).toEqual(['node']);
  });

  test('have the status of their VM', async () => {
    const status = async () => (await api.compute.instance({ zone: ZONE, name: 'node' }))?.status;
    api.running.set('node', 'STOPPING');
    expect(await status()).toBe('STOPPING');
    api.running.clear();
    await api.call('POST', `zones/${ZONE}/instances/node/stop`);
    expect(await status()).toBe('TERMINATED');
    await api.call('POST', `zones/${ZONE}/instances/node/start`);
    expect(await status()).toBe('RUNNING');
  });

  test('are described only once the VMs have what another program has deployed', async () => {
    const read = [
      () => api.compute.instance({ zone: ZONE, name: 'node' }),
      () => api.compute.instances(ZONE, 'labels.cassandra-recovery=test'),
    ];
    for (const each of read) {
      const before = api.reconciliations;
      await each();
      expect(api.reconciliations).toBe(before + 1);
    }
    api.problem = 'disk cannot be attached';
    for (const each of read) await expect(each()).rejects.toThrow('disk cannot be attached');
  });

  test('attach and detach disks', async () => {
    await api.createVm('other');
    const [node, other] = ['node', 'other'].map((name) => ({ zone: ZONE, name }));
    const attach = (body: object) => api.compute.attachDisk(other!, { source: `${PLACE}/disks/data`, ...body });
    await expect(attach({ deviceName: 'clone' })).rejects.toThrow(`is already being used by '${PLACE}/instances/node'`);
    await expect(attach({ deviceName: 'clone', mode: 'READ_ONLY' })).rejects.toThrow('is already being used by');
    await api.compute.detachDisk(node!, 'cassandra');
    await attach({ deviceName: 'clone', mode: 'READ_ONLY' });
    expect((await api.compute.instance(other!))?.disks).toMatchObject([{ boot: true }, { deviceName: 'clone', mode: 'READ_ONLY' }]);
    await api.compute.attachDisk(node!, { source: `${PLACE}/disks/data`, deviceName: 'shared', mode: 'READ_ONLY' });
    await expect(attach({ deviceName: 'again', mode: 'READ_ONLY' })).rejects.toThrow('is already being used by');
    await expect(api.compute.attachDisk(other!, { source: `${PLACE}/disks/none`, deviceName: 'x' })).rejects.toThrow('was not found');
    await api.compute.createDisk(ZONE, { name: 'more', sizeGb: '10' });
    await expect(api.compute.attachDisk(other!, { source: `${PLACE}/disks/more`, deviceName: 'clone' })).rejects.toThrow('already in use');
    await expect(api.compute.detachDisk(node!, 'cassandra')).rejects.toThrow("No attached disk found with device name 'cassandra'");
  });

  test('attach disks of their zone only', async () => {
    await api.compute.createDisk('europe-west1-c', { name: 'far', sizeGb: '10' });
    const source = `projects/${PROJECT}/zones/europe-west1-c/disks/far`;
    await expect(api.compute.attachDisk({ zone: ZONE, name: 'node' }, { source, deviceName: 'far' })).rejects.toThrow(
      'must be in the same zone',
    );
  });

  test('take their disks with autoDelete with them', async () => {
    for (const name of ['kept', 'lost']) await api.compute.createDisk(ZONE, { name, sizeGb: '10' });
    await api.createVm(
      'vm',
      ['kept', 'lost'].map((name) => ({ source: `${PLACE}/disks/${name}`, deviceName: name, autoDelete: name === 'lost' })),
    );
    await api.compute.deleteInstance({ zone: ZONE, name: 'vm' });
    expect((await api.compute.disks(ZONE)).map(({ name }) => name)).toEqual(['data', 'kept']);
  });

  test('answer with guest attributes of a namespace or a key', async () => {
    api.attributes = { 'recovery/state': 'done', 'recovery/report-000': 'e30=', 'cassandra/state': 'ready' };
    const vm = { zone: ZONE, name: 'node' };
    expect(await api.compute.guestAttributes(vm, 'recovery')).toEqual(
      new Map([
        ['state', 'done'],
        ['report-000', 'e30='],
      ]),
    );
    expect(await api.compute.guestAttributes(vm, 'none')).toEqual(new Map());
    const { body } = await api.call('GET', `zones/${ZONE}/instances/node/getGuestAttributes?queryPath=recovery/state`);
    expect(body.queryValue.items).toEqual([{ namespace: 'recovery', key: 'state', value: 'done' }]);
  });

  test('answer with the last MiB of the serial console, or its rest', async () => {
    api.console = `${'x'.repeat(2 ** 20)}end`;
    expect(await api.compute.serialConsole({ zone: ZONE, name: 'node' })).toBe(`${'x'.repeat(2 ** 20 - 3)}end`);
    const { body } = await api.call('GET', `zones/${ZONE}/instances/node/serialPort?port=1&start=${2 ** 20}`);
    expect(body).toMatchObject({ contents: 'end', next: String(2 ** 20 + 3) });
  });

  test('fail with the problem of their VM', async () => {
    api.problem = 'vm cannot be started';
    await expect(api.createVm('vm')).rejects.toThrow('vm cannot be started');
  });
});

describe('injected faults', () => {
  const snapshot = () => api.compute.createSnapshot(DISK, { name: 'monday' });
  const exists = async () => (await api.compute.snapshot('monday')) !== undefined;

  test('a service that is down for a moment', async () => {
    api.apiFaults.inject({ call: 'disks.createSnapshot', times: 2 });
    await snapshot();
    expect(await exists()).toBe(true);
  });

  test('an answer that is lost: the repeated request makes no second change', async () => {
    api.apiFaults.inject({ call: 'disks.createSnapshot', when: 'after' });
    await snapshot();
    expect(await exists()).toBe(true);
  });

  test('a quota that is exceeded', async () => {
    const message = "Quota 'SNAPSHOTS' exceeded.  Limit: 1000.0 globally.";
    api.apiFaults.inject({ call: 'disks.createSnapshot', refusal: { code: 403, message, reason: 'quotaExceeded' } });
    await expect(snapshot()).rejects.toThrow(message);
    expect(await exists()).toBe(false);
    api.apiFaults.inject({ call: 'disks.createSnapshot', operationError: { code: 'QUOTA_EXCEEDED', message } });
    await expect(snapshot()).rejects.toThrow(message);
    expect(await exists()).toBe(false);
  });

  test('an operation that fails after its effect', async () => {
    api.apiFaults.inject({
      call: 'disks.createSnapshot',
      when: 'after',
      operationError: { code: 'INTERNAL_ERROR', message: 'Internal error' },
    });
    await expect(snapshot()).rejects.toThrow('Internal error');
    expect(await exists()).toBe(true);
  });

  test('an operation that takes a while, and one that never ends', async () => {
    api.apiFaults.inject({ call: 'disks.createSnapshot', runningPolls: 2 });
    await snapshot();
    api.apiFaults.inject({ call: 'snapshots.delete', runningPolls: Number.POSITIVE_INFINITY });
    await expect(api.compute.deleteSnapshot('monday')).rejects.toThrow('is RUNNING after 2 s');
  });

  test('of one resource, and of a later call', async () => {
    await api.compute.createDisk(ZONE, { name: 'other', sizeGb: '10' });
    const refusal = { code: 403, message: 'no', reason: 'forbidden' };
    api.apiFaults.inject({ call: 'disks.get', name: 'other', nth: 2, refusal });
    await api.compute.disk(DISK);
    const other = { zone: ZONE, name: 'other' };
    await api.compute.disk(other);
    await api.compute.disk(DISK);
    await expect(api.compute.disk(other)).rejects.toThrow('no');
    expect(await api.compute.disk(other)).toBeDefined();
  });
});

test('calls that are not simulated are refused as such', async () => {
  expect((await api.call('GET', 'global/networks')).code).toBe(501);
  expect((await api.call('POST', `zones/${ZONE}/instances/node/reset`)).code).toBe(501);
});
