import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const ROTATION = {
  rotation_id: 'rotation-1',
  status: 'completed',
  record_key_id: 'record-2',
  attestation_key_id: 'attestation-2',
  initiated_by: 'otto',
  reason: 'a laptop was stolen',
  linked_incident: 'INC-9',
  requested_at: '2026-11-20T09:00:00.000Z',
  renewed: 2,
  refused: 0,
};
const SIGNATURE = {
  release_id: 'credit-1',
  of: 'governance_record',
  sha256: 'a'.repeat(64),
  uri: 's3://evidence/record',
  key_id: 'record-1',
  signed_at: '2026-11-01T09:00:00.000Z',
  renewed_as: '',
};

/** A deployment that answers a rotation and a list of signatures, and the command line beside it. */
const aDeployment = async (rotation: object, signatures: object[] = [], signIn: object = { AccessToken: 'token' }) => {
  const server = await aServer(({ path }) => {
    if (path === '/') return { body: { AuthenticationResult: signIn } };
    if (path === '/v1/key-rotations') return { body: { ...ROTATION, ...rotation } };
    return { body: { from: '2026-11-01', until: '2026-11-30', signatures } };
  });
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, ['keys', ...args]) };
};
const ORDER = ['rotate', '--reason', 'a laptop was stolen', '--incident', 'INC-9'];

describe('assay keys rotate', () => {
  it.each([
    ['everything was re-signed', {}, 0, 'Every signature in the ledger is by the current keys.'],
    ['there was nothing to re-sign', { renewed: 0 }, 1, 'Deploy new keys first'],
    ['something was refused', { refused: 1 }, 1, 'What was refused is not in the ledger'],
    ['it failed', { status: 'faulted' }, 2, 'run it again'],
  ])('says so when %s', async (_, rotation, code, says) => {
    const { call } = await aDeployment(rotation);

    expect(await call(...ORDER)).toMatchObject({ code, out: expect.stringContaining(says), err: '' });
  });

  it('lists what was signed in a suspect period, for people and for programs', async () => {
    const { call, received } = await aDeployment({}, [SIGNATURE]);

    const people = await call(...ORDER, '--suspect-from', '2026-11-01', '--suspect-to', '2026-11-30');
    const programs = await call(...ORDER, '--suspect-from', '2026-11-01', '--json');

    expect(people).toMatchObject({
      code: 0,
      out: expect.stringMatching(/credit-1 .*not re-signed.*key 1: record-1/s),
    });
    expect(JSON.parse(programs.out)).toMatchObject({
      rotation: { rotation_id: 'rotation-1' },
      suspects: { signatures: [SIGNATURE] },
    });
    expect(received.map(({ path }) => path)).toContain('/v1/signatures?from=2026-11-01&until=2026-11-30');
  });

  it('prints the rotation alone where no period is suspect', async () => {
    const { call } = await aDeployment({});

    expect(JSON.parse((await call(...ORDER, '--json')).out)).toEqual({ rotation: ROTATION });
  });

  it('refuses the end of a period that has no beginning', async () => {
    const { call, received } = await aDeployment({});

    expect(await call(...ORDER, '--suspect-to', '2026-11-30')).toMatchObject({
      err: expect.stringContaining('--suspect-to needs --suspect-from'),
    });
    expect(received).toEqual([]);
  });

  it('cannot sign in where the user pool asks for another step', async () => {
    const { call } = await aDeployment({}, [], {});

    expect(await call(...ORDER)).toMatchObject({
      out: '',
      err: expect.stringContaining('could not sign in otto: the user pool asks for another step'),
    });
  });
});

describe('assay keys signed', () => {
  it('says what took the place of what', async () => {
    const { call } = await aDeployment({}, [{ ...SIGNATURE, renewed_as: 'b'.repeat(64) }]);

    const { code, out } = await call('signed', '--from', '2026-11-01', '--to', '2026-11-30');

    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/re-signed as bbbb/) });
  });

  it('says that there is nothing, and prints what programs read', async () => {
    const { call } = await aDeployment({});

    expect((await call('signed', '--from', '2026-11-01')).out).toMatch(/^0 signatures made from/);
    expect(JSON.parse((await call('signed', '--from', '2026-11-01', '--json')).out)).toMatchObject({ signatures: [] });
  });

  it('needs a period', async () => {
    const { call } = await aDeployment({});

    expect((await call('signed')).err).toContain('keys signed needs --from');
  });
});

describe('a date of assay keys', () => {
  it.each([
    [['signed', '--from', 'yesterday'], '--from yesterday'],
    [['signed', '--from', '2026-11-01', '--to', 'now'], '--to now'],
    [[...ORDER, '--suspect-from', '1 November'], '--suspect-from 1 November'],
  ])('is named if it is none, before anything is asked for: %j', async (args, option) => {
    const { call, received } = await aDeployment({});

    const { code, err } = await call(...args);

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`${option} is not a date or time`) });
    expect(received).toEqual([]);
  });
});
