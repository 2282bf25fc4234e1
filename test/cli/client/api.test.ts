import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { callApi } from '../../../lib/cli/client/api.ts';
import { aDirectory, aServer, assay, endpointsFile, type Received } from '../assay.ts';

const summary = {
  release_id: 'credit-1',
  model_name: 'credit',
  model_version: '1.0.0',
  state: 'rejected',
  risk_tier: 'high',
  updated_at: '2026-11-20T10:00:00.000Z',
};
const story = {
  release: {
    ...summary,
    requested_by: 'rita',
    reasons: [{ rule: 'parity', evidence: 'e', explanation: 'too far \u001b[2Japart' }],
  },
  checks: [
    {
      stage: 'bias_and_fairness',
      name: 'parity',
      status: 'failed',
      measured: '0.3',
      threshold: '0.1',
      explanation: 'x',
    },
  ],
  approvals: [
    { approver_id: 'mia', approver_role: 'ml_lead', decision: 'approve', comment: 'two\nlines', timestamp: 't1' },
  ],
  events: [{ seq: 7, event_type: 'release_requested', timestamp: 't0', actor_id: 'rita', reason: '' }],
};
const move = {
  ...{ move_id: 'credit-move-1', model_name: 'credit', release_id: 'credit-1', from_endpoint: 'credit' },
  ...{ to_endpoint: 'credit-eu', status: 'moved', settled_at: 't3' },
};
const hold = {
  model_name: 'credit',
  status: 'held',
  rollback_id: 'rollback-credit-2',
  initiated_by: 'otto',
  held_since: 't2',
  operators_needed: 2,
  consents: [{ operator_id: 'olga', linked_incident: 'INC-7' }],
};
const refusal = {
  refusal_id: 'r1',
  code: 'ManifestInvalid',
  message: 'the manifest does not describe a release',
  faults: [{ field: 'git_commit', problem: 'is missing' }],
  claimed_release_id: 'credit-9',
  door: 'event_bus',
  received_at: '2026-11-20T09:00:00.000Z',
};
const rollback = {
  rollback_id: 'rollback-credit-2',
  model_name: 'credit',
  from_release_id: 'credit-2',
  from_version: '2.0.0',
  to_release_id: 'credit-1',
  to_version: '1.0.0',
  status: 'requested',
};
const impossible = {
  title: 'RollbackImpossible',
  status: 409,
  detail: 'fraud has no release in production',
  faults: [],
};
const notApproved = {
  title: 'PromotionImpossible',
  status: 409,
  detail: 'credit-2 is production, not approved',
  faults: [],
};

const ANSWERS: Record<string, { status?: number; body: unknown }> = {
  'GET /v1/releases': { body: { releases: [summary] } },
  'GET /v1/models': { body: { models: [{ model_name: 'credit' }] } },
  'GET /v1/models/credit': { body: { model_name: 'credit', coming: [] } },
  'GET /v1/models/credti': { status: 404, body: { title: 'NotFound', detail: 'there is no model credti' } },
  'GET /v1/models/mortgage': { status: 404, body: { title: 'NotFound', detail: 'there is no model mortgage' } },
  'GET /v1/releases/credit-1': { body: story },
  'GET /v1/releases/a%2Fb': { status: 404, body: { title: 'NotFound', detail: 'there is no release a/b' } },
  'GET /v1/refusals/a%2Fb': { status: 404, body: { title: 'NotFound', detail: 'there is no refusal a/b' } },
  'GET /v1/models/a%2Fb': { status: 404, body: { title: 'NotFound', detail: 'there is no model a/b' } },
  'GET /v1/releases/credit-2': { body: { ...story, hold } },
  'GET /v1/holds': { body: { holds: [hold] } },
  'POST /v1/models/credit/endpoint/move': { status: 202, body: move },
  'POST /v1/models/credit/hold/release': { status: 202, body: hold },
  'POST /v1/endpoints/old/adopt': { body: { endpoint_name: 'old', model_name: 'credit', since: 't1' } },
  'GET /v1/releases/odd': { body: { surprise: true } },
  'GET /v1/releases/slow': {
    status: 503,
    body: { title: 'ServiceUnavailable', detail: 'Amazon ECR did not answer in time' },
  },
  'GET /v1/releases/broken': { status: 502, body: 'bad gateway' },
  'GET /v1/releases/unanswered': { status: 502, body: { title: 'QuestionFailed', detail: 'query 7 failed in Athena' } },
  'GET /v1/refusals': { body: { refusals: [refusal] } },
  'POST /v1/models/credit/rollback': { status: 202, body: rollback },
  'POST /v1/models/first/rollback': { status: 202, body: { ...rollback, to_release_id: '', to_version: '' } },
  'POST /v1/releases/credit-1/promotion': { status: 202, body: { ...summary, state: 'approved' } },
  'POST /v1/releases/credit-2/promotion': { status: 409, body: notApproved },
  'POST /v1/models/fraud/rollback': { status: 409, body: impossible },
};
/** Plays the user pool as well: the token names the user who signed in. */
const answer = ({ method, path, headers, body }: Received) => {
  if (headers['x-amz-target'] === 'AWSCognitoIdentityProviderService.InitiateAuth') {
    return { body: { AuthenticationResult: { AccessToken: `token of ${JSON.parse(body).AuthParameters.USERNAME}` } } };
  }
  if (headers.authorization === 'Bearer stale') return { status: 401, body: { message: 'Unauthorized' } };
  return ANSWERS[`${method} ${path}`] ?? { status: 500, body: {} };
};

const server = await aServer(answer);

/** Breaks every answer off in the middle. */
const broken = createServer((_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{', () => response.destroy());
});
await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
afterAll(() => broken.close());
const brokenUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;

const directory = aDirectory({ ...endpointsFile(server.url), 'deep/er/x': '' });
const named = { ASSAY_URL: `${server.url}/`, ASSAY_TOKEN: 'mine' };

describe('assay status', () => {
  it('lists releases in columns', async () => {
    const { code, out } = await assay(directory, ['status']);

    expect(code).toBe(0);
    expect(out).toBe(
      [
        'release   model   version  state     tier  updated',
        'credit-1  credit  1.0.0    rejected  high  2026-11-20T10:00:00.000Z',
        '',
      ].join('\n'),
    );
  });

  it('tells the story of one, and lets no text steer the terminal', async () => {
    const { code, out } = await assay(directory, ['status', 'credit-1']);

    expect(code).toBe(0);
    expect(out).toMatch(/^state +rejected$/m);
    expect(out).toMatch(/^parity\n {2}too far \[2Japart$/m);
    expect(out).toMatch(/^parity {2}failed +0\.3 +0\.1$/m);
    expect(out).toMatch(/^t1 +mia +ml_lead +approve +no +two lines$/m);
    expect(out).toMatch(/^t0 +7 +release_requested +rita$/m);
    expect(out).not.toContain('\u001b');
  });

  it('prints the answer itself on demand', async () => {
    const { out } = await assay(directory, ['status', 'credit-1', '--json'], named);

    expect(JSON.parse(out)).toEqual(story);
  });

  it('exits with 2 when there is no such release', async () => {
    const { code, out, err } = await assay(directory, ['status', 'a/b'], named);

    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: 'NotFound: there is no release, refused request or model a/b\n',
    });
  });

  it.each([
    ['odd', named, 'unexpected shape'],
    ['broken', named, 'status 502'],
    ['unanswered', named, 'QuestionFailed: query 7 failed in Athena\n'],
    ['slow', named, 'is not available: Amazon ECR did not answer in time'],
    ['credit-1', { ...named, ASSAY_TOKEN: 'stale' }, 'the token was not accepted'],
    [
      'credit-1',
      { ASSAY_URL: 'http://127.0.0.1:9', ASSAY_TOKEN: 'x' },
      'could not reach http://127.0.0.1:9/v1/releases/credit-1',
    ],
    ['credit-1', { ASSAY_URL: brokenUrl, ASSAY_TOKEN: 'x' }, `could not reach ${brokenUrl}/v1/releases/credit-1`],
    ['credit-1', { ASSAY_URL: server.url }, 'put a token in ASSAY_TOKEN'],
    [
      'credit-1',
      { ASSAY_USER: 'nobody' },
      'assay: ASSAY_USER is nobody, who is no user of the local AWS; its users are ada, otto\n',
    ],
  ])('fails with 2 when it cannot know: %s %j', async (id, env, message) => {
    const { code, err } = await assay(directory, ['status', id], env);

    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('the address of a deployment', () => {
  it.each([
    ['http://assay.bank.invalid', 'to another machine than this one it begins with https://'],
    ['http://localhost.bank.invalid', 'to another machine than this one it begins with https://'],
    ['https://otto:SECRET@assay.bank.invalid', 'ASSAY_URL has a user or a password in it'],
    ['ftp://localhost', 'is no web address'],
    ['assay', 'is no web address'],
  ])('is not called, and gets no token, without TLS or by a password: %s', async (ASSAY_URL, message) => {
    const { code, err } = await assay(directory, ['refusals'], { ASSAY_URL, ASSAY_TOKEN: 'mine' });

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('SECRET');
  });
});

describe('a token', () => {
  it.each([
    ['of two lines', 'eyJ.SECRET.sig\nrest', 'has a blank, a line break or another character'],
    ['with a blank', 'Bearer eyJ.SECRET.sig', 'has a blank, a line break or another character'],
    ['of a variable that is not set', ' ', 'ASSAY_TOKEN is empty'],
  ])('that cannot be one is not sent, and not shown: %s', async (_, token, message) => {
    const { code, out, err } = await assay(directory, ['refusals'], { ...named, ASSAY_TOKEN: token });

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('SECRET');
  });

  it('is not shown either where it comes from elsewhere and makes no header', async () => {
    const connection = {
      ...{ clientSettings: {}, url: () => server.url, bus: () => '', auditBucket: () => '' },
      historyBucket: () => '',
      token: async () => 'eyJ.SECRET.sig\nrest',
    };
    const call = { method: 'GET', path: ['refusals'], role: 'auditor' } as const;

    await expect(callApi(connection, call, z.unknown())).rejects.toThrow(/: the connection failed \(TypeError\)$/);
  });

  it('may end with a line, as that of a file does', async () => {
    expect((await assay(directory, ['refusals'], { ...named, ASSAY_TOKEN: 'mine\n' })).code).toBe(0);
  });
});

describe('assay refusals', () => {
  it('lists every fault', async () => {
    const { code, out } = await assay(`${directory}/deep/er`, ['refusals']);

    expect(code).toBe(0);
    expect(out).toContain('2026-11-20T09:00:00.000Z  credit-9  via event_bus\nManifestInvalid: the manifest does not');
    expect(out).toMatch(/^git_commit +is missing$/m);
  });
});

describe('assay holds', () => {
  it('lists what is held, and status says so of a release', async () => {
    expect(await assay(directory, ['holds', 'list'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^credit +t2 +rollback-credit-2 +otto +1 of 2 olga$/m),
    });
    expect((await assay(directory, ['status', 'credit-2'])).out).toMatch(
      /^model held +since t2 by rollback rollback-credit-2$/m,
    );
    expect((await assay(directory, ['status', 'credit-1'])).out).not.toContain('held');
  });

  it('releases a hold as the operator, and says who has agreed so far', async () => {
    const why = ['--reason', 'the cause was found', '--incident', 'INC-7'];

    const { code, out } = await assay(directory, ['holds', 'release', 'credit', ...why]);

    expect(code).toBe(0);
    expect(out).toMatch(/^hold +held$/m);
    expect(out).toMatch(/^consent +olga \(INC-7\)$/m);
    const asked = server.received.findLast(({ path }) => path.endsWith('/hold/release'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({ reason: 'the cause was found', incident: 'INC-7' });
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer token of otto' });
  });
});

describe('assay endpoints move', () => {
  it('asks as the operator, with the new name and the reason, and says how far the move is', async () => {
    const args = ['endpoints', 'move', 'credit', 'credit-eu', '--reason', 'the name says the region'];

    const { code, out } = await assay(directory, args);

    expect(code).toBe(0);
    expect(out).toMatch(/^from +credit$.*^to +credit-eu$.*^status +moved$.*^settled +t3$/ms);
    const asked = server.received.findLast(({ path }) => path.endsWith('/endpoint/move'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({ endpoint: 'credit-eu', reason: 'the name says the region' });
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer token of otto' });
  });

  it('does not ask without a reason', async () => {
    expect(await assay(directory, ['endpoints', 'move', 'credit', 'credit-eu'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs --reason'),
    });
  });
});

describe('assay endpoints adopt', () => {
  const adopt = (model: string, ...more: string[]) =>
    assay(directory, ['endpoints', 'adopt', 'old', '--model', model, '--reason', 'it was there', ...more]);
  const asked = () => server.received.filter(({ path }) => path === '/v1/endpoints/old/adopt');

  it('gives no endpoint to a model of which no release is known, whose name may be misspelt', async () => {
    const misspelt = await adopt('credti');
    const strange = await adopt('mortgage');

    expect(misspelt).toMatchObject({ code: 2, out: '', err: expect.stringContaining('did you mean credit? pass') });
    expect(strange.err).toContain('no release of a model mortgage is known: pass --new-model');
    expect(asked()).toEqual([]);
  });

  it('gives it to one that is known, or whose first release is still to come', async () => {
    expect(await adopt('credit')).toMatchObject({ code: 0, out: 'old belongs to credit since t1\n' });
    expect(await adopt('mortgage', '--new-model')).toMatchObject({ code: 0 });
    expect(asked().map(({ body }) => JSON.parse(body).model_name)).toEqual(['credit', 'mortgage']);
  });
});

describe('assay promote', () => {
  it('asks as the operator, with a reason', async () => {
    const { code, out, err } = await assay(directory, ['promote', 'credit-1', '--reason', 'there is capacity again']);

    expect(code).toBe(0);
    expect(err).toContain('to follow it: assay status credit-1 --watch');
    expect(out).toMatch(/^promoting +credit-1$/m);
    const asked = server.received.findLast(({ path }) => path.endsWith('/promotion'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({ reason: 'there is capacity again' });
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer token of otto' });
  });

  it('prints the refusal of the API under its name', async () => {
    const { code, err } = await assay(directory, ['promote', 'credit-2', '--reason', 'again'], named);

    expect({ code, err }).toEqual({ code: 1, err: 'PromotionImpossible: credit-2 is production, not approved\n' });
  });
});

describe('assay rollback', () => {
  const args = ['--reason', 'error rate', '--incident', 'INC-7'];

  it('asks as the operator, with a reason and an incident', async () => {
    const { code, out } = await assay(directory, ['rollback', 'credit', ...args, '--idempotency-key', 'k1']);

    expect(code).toBe(0);
    expect(out).toMatch(/^to +1\.0\.0 \(credit-1\)$/m);
    const asked = server.received.findLast(({ method, path }) => method === 'POST' && path.endsWith('/rollback'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({ reason: 'error rate', incident: 'INC-7' });
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer token of otto', 'idempotency-key': 'k1' });
  });

  it('asks for a rollback to nothing only when told to, and says what that means', async () => {
    const { code, out } = await assay(directory, ['rollback', 'first', ...args, '--to-nothing']);

    expect(code).toBe(0);
    expect(out).toMatch(/^to +nothing: the endpoint is deleted$/m);
    const asked = server.received.findLast(({ path }) => path.endsWith('/first/rollback'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({ reason: 'error rate', incident: 'INC-7', to_nothing: true });
  });

  it('prints the refusal of the API under its name', async () => {
    const { code, err } = await assay(directory, ['rollback', 'fraud', ...args], named);

    expect({ code, err }).toEqual({ code: 1, err: 'RollbackImpossible: fraud has no release in production\n' });
  });
});
