/** Rows about people go to those who are signed in and may have them, on record first; a forwarded link gives nobody anything. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import type { ConsoleWorld } from '../../lambdas/serve-console/world.ts';
import { originOf, presign } from '../../lib/adapters/s3-handouts.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { Access } from '../../lib/domain/ledger/access.ts';
import { ACCESSES_PER_HOUR } from '../../lib/domain/ledger/note-access.ts';
import type { ApprovalRequest } from '../../lib/domain/records/approval.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { copyKey } from '../../lib/domain/release/evidence-copy.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { anApprovalCase, digestOf } from '../support/approval-case.ts';
import { consoleWorld } from '../support/console.ts';
import { startIssuer } from '../support/oidc-issuer.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());
beforeAll(() => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  });
});

const BASE = 'https://assay.bank.example';
const ROWS = '/console/releases/mortgage-1-2-0/evidence';
const PREDICTIONS = `${ROWS}/predictions`;
const now = () => Instant.parse(new Date().toISOString());
/** As a browser sends a form of a page without a referrer. */
const FORM = { method: 'POST', headers: { origin: 'null', 'sec-fetch-site': 'same-origin' } };

type Changes = {
  readonly request?: Partial<ApprovalRequest>;
  readonly release?: Partial<Release>;
  readonly world?: Partial<ConsoleWorld>;
};

/** The console over a case that is being decided now, what was noted there, and what happened in which order. */
const aConsole = async ({ request = {}, release = {}, world = {} }: Changes = {}) => {
  const scene = await anApprovalCase();
  scene.store.seed(
    { ...scene.request, expiresAt: plusMilliseconds(now(), 3_600_000), ...request },
    { ...scene.release, ...release },
  );
  const noted: Access[] = [];
  const happened: string[] = [];
  const errors: string[] = [];
  const app = serveConsole(
    consoleWorld(issuer, scene, {
      notes: {
        taken: async ({ who }) => noted.filter((one) => one.who === who).length,
        note: async (access) => {
          happened.push('noted');
          noted.push(access);
          return true;
        },
      },
      handouts: {
        find: async (copy) => ({ bucket: 'evidence', key: copyKey(copy), versionId: 'v1' }),
        presign: (...asked) => {
          happened.push('presigned');
          return presign(...asked);
        },
        origin: () => originOf('evidence'),
      },
      now,
      publicBaseUrl: BASE,
      onError: (error, status) => errors.push(`${error.name} ${status} ${error.message}`),
      ...world,
    }),
  );
  const ask = async (who: string | undefined, path: string, init: RequestInit = {}, groups: string[] = []) => {
    const token = who && (await issuer.signed({ sub: who, groups, nonce: 'of the sign-in' }));
    const cookie = token === undefined ? '' : `__Host-assay-session=${token}`;
    const response = await app.request(`${BASE}${path}`, { ...init, headers: { cookie, ...init.headers } });
    const { status, headers } = response;
    return { status, headers, location: headers.get('location') ?? '', text: await response.text() };
  };
  return { ask, noted, happened, errors, scene };
};

describe('a person who is asked to approve (AP-17)', () => {
  it('sees the files that their link does not open, each with its digest, and gets nothing by looking', async () => {
    const { ask, noted } = await aConsole();

    const page = await ask('ada', ROWS);

    expect(page.status).toBe(200);
    expect(page.text).toContain(digestOf('predictions'));
    expect(page.text).not.toContain(digestOf('model_card'));
    expect(page.text).toContain(`action="${BASE}${PREDICTIONS}"`);
    expect(page.text).not.toMatch(/amazonaws|X-Amz/);
    expect(noted).toEqual([]);
  });

  it('is led by their form to one version of the file, for a minute, to be kept and not shown', async () => {
    const { ask } = await aConsole();

    const { status, location, headers } = await ask('ada', PREDICTIONS, FORM);

    expect(status).toBe(303);
    const { origin, pathname, searchParams } = new URL(location);
    expect(origin).toBe('https://evidence.s3.eu-central-1.amazonaws.com');
    expect(pathname).toBe(`/sha256/${digestOf('predictions')}`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      versionId: 'v1',
      'X-Amz-Expires': '60',
      'response-content-disposition': 'attachment; filename="mortgage-1-2-0.predictions.txt"',
      'response-content-type': 'application/octet-stream',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('gets rows where they have a retention of their own, until it ends, and is told afterwards that nothing is wrong', async () => {
    const { pinned } = (await anApprovalCase()).release;
    if (pinned === undefined) throw new Error('nothing is pinned');
    const rowsUntil = (keptUntil: Instant) => {
      const key = `evidence_rows/365d/mortgage-1-2-0/${digestOf('predictions')}`;
      const predictions = { ...pinned.evidence.predictions, key, keptUntil };
      return aConsole({ release: { pinned: { ...pinned, evidence: { ...pinned.evidence, predictions } } } });
    };
    const kept = await rowsUntil(plusMilliseconds(now(), 3_600_000));
    const ended = await rowsUntil(plusMilliseconds(now(), -1));

    const { location } = await kept.ask('ada', PREDICTIONS, FORM);
    expect(new URL(location).pathname).toBe(`/evidence_rows/365d/mortgage-1-2-0/${digestOf('predictions')}`);
    expect((await kept.ask('ada', ROWS)).text).toContain('kept until');
    const { text } = await ended.ask('ada', ROWS);
    expect(text).toContain('was kept until');
    expect(text).toContain('deleted after their period');
    expect(text).not.toContain(`action="${BASE}${PREDICTIONS}"`);
    const refused = await ended.ask('ada', PREDICTIONS, FORM);
    expect(refused.status).toBe(410);
    expect(refused.text).toContain('their digest and what was counted stay on record');
    expect(ended.noted).toEqual([]);
  });

  it('is on record before there is an address', async () => {
    const { ask, noted, happened } = await aConsole();

    await ask('alovelace', PREDICTIONS, FORM);

    expect(happened).toEqual(['noted', 'presigned']);
    expect(noted).toMatchObject([{ who: 'ada', what: 'mortgage-1-2-0/predictions', sha256: digestOf('predictions') }]);
  });

  it('may send a form of that page to the bucket, and of no other page', async () => {
    const { ask } = await aConsole();

    const rows = await ask('ada', ROWS);
    const me = await ask('ada', '/console/me');

    expect(rows.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://evidence.s3.eu-central-1.amazonaws.com;",
    );
    expect(me.headers.get('content-security-policy')).toContain("form-action 'self';");
  });
});

describe('an auditor', () => {
  it('gets the rows of every release, also when the request has ended or was never made', async () => {
    const [ended, never] = await Promise.all([
      aConsole({ request: { status: 'rejected' } }),
      aConsole({ release: { approvalRequestId: undefined } }),
    ]);

    for (const { ask, noted } of [ended, never]) {
      expect((await ask('omar', PREDICTIONS, FORM, ['auditor'])).status).toBe(303);
      expect(noted).toMatchObject([{ who: 'omar' }]);
    }
  });

  it('is somebody of the directory: a row has an id', async () => {
    const { ask, noted } = await aConsole();

    for (const who of ['stranger', 'job-client']) {
      expect((await ask(who, PREDICTIONS, FORM, ['auditor'])).status).toBe(404);
    }
    expect(noted).toEqual([]);
  });
});

describe('everybody else', () => {
  it('who was forwarded the link is led to the sign-in, and back to the page that gives nothing away', async () => {
    const { ask, noted } = await aConsole();

    const page = await ask(undefined, ROWS);

    expect(page.status).toBe(302);
    expect(page.location).toBe(`${BASE}/console/session/sign-in?to=${encodeURIComponent(ROWS)}`);
    for (const init of [FORM, { ...FORM, headers: {} }]) {
      expect(await ask(undefined, PREDICTIONS, init)).toMatchObject({ status: 401, location: '' });
    }
    expect(noted).toEqual([]);
  });

  it('whose session has ended has to sign in again', async () => {
    const later = () => plusMilliseconds(now(), 3_700_000);
    const { ask, noted } = await aConsole({ world: { now: later } });

    expect((await ask('ada', ROWS)).status).toBe(302);
    expect((await ask('ada', PREDICTIONS, FORM)).status).toBe(401);
    expect(noted).toEqual([]);
  });

  /** Grace fills the other role; Rita has a role that is asked, and requested the release; the others were not asked. */
  it.each([
    ['made the release', 'rita', {}],
    ['trained the model', 'tom', {}],
    ['was not asked', 'omar', {}],
    ['is nobody of the directory', 'stranger', {}],
    ['is a machine', 'job-client', {}],
    ['was asked until it was decided', 'ada', { request: { status: 'approved' } }],
    ['was asked until the deadline', 'ada', { request: { expiresAt: Instant.parse('2026-11-21T00:00:00.000Z') } }],
    ['was asked about another release', 'ada', { request: { releaseId: 'another' as never } }],
    [
      'was asked in a role that they do not hold',
      'ada',
      { request: { invitations: [{ personId: 'ada' as never, role: 'risk_owner', nonce: 'n'.repeat(16) }] } },
    ],
  ] satisfies [string, string, Changes][])(
    'who %s is answered as if there was no such release',
    async (_, who, changes) => {
      const { ask, noted, errors } = await aConsole(changes);

      const [page, sent, missing, strange] = await Promise.all([
        ask(who, ROWS, {}, ['approver', 'operator', 'former auditor']),
        ask(who, PREDICTIONS, FORM, ['approver']),
        ask(who, '/console/releases/no-such-release/evidence'),
        ask(who, '/console/releases/%2F..%2F/evidence'),
      ]);

      for (const { status, text, location } of [page, sent, strange]) {
        expect({ status, text, location }).toEqual({ status: 404, text: missing.text, location: '' });
      }
      expect(noted).toEqual([]);
      expect(errors.join()).not.toMatch(/mortgage|such-release/);
    },
  );

  it.each(['model_card', 'no_such_file', 'artifact', '__proto__'])(
    'asking for %s, which is not handed out here',
    async (name) => {
      const { ask, noted } = await aConsole();

      expect((await ask('ada', `${ROWS}/${name}`, FORM)).status).toBe(404);
      expect(noted).toEqual([]);
    },
  );

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a page that hides where it is', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['no page', {}],
  ])('who leads the person’s browser here from %s', async (_, headers: Record<string, string>) => {
    const { ask, noted } = await aConsole();

    expect(await ask('ada', PREDICTIONS, { method: 'POST', headers })).toMatchObject({ status: 403, location: '' });
    expect(noted).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('who asks for a file by %s', async (method) => {
    const { ask, noted } = await aConsole();

    expect((await ask('ada', PREDICTIONS, { ...FORM, method })).status).toBe(404);
    expect(noted).toEqual([]);
  });
});

describe('without a row', () => {
  it('nothing is handed out: the table does not answer, or takes none', async () => {
    const broken = { taken: async () => 0, note: () => Promise.reject(new Error('the table is away')) };
    const refusing = { taken: async () => 0, note: async () => false };
    const [fault, busy] = await Promise.all([
      aConsole({ world: { notes: broken } }),
      aConsole({ world: { notes: refusing } }),
    ]);

    expect(await fault.ask('ada', PREDICTIONS, FORM)).toMatchObject({ status: 500, location: '' });
    expect(await busy.ask('ada', PREDICTIONS, FORM)).toMatchObject({ status: 503, location: '' });
    expect([...fault.happened, ...busy.happened]).toEqual([]);
  });

  it('nothing is handed out: the person was given as many as anybody is', async () => {
    const { ask, noted } = await aConsole({
      world: { notes: { taken: async () => ACCESSES_PER_HOUR, note: async () => true } },
    });

    const page = await ask('ada', PREDICTIONS, FORM);

    expect(page).toMatchObject({ status: 429, location: '' });
    expect(page.text).toContain('in the next hour');
    expect(noted).toEqual([]);
  });

  it('nothing is noted of bytes that are not those that people sign', async () => {
    const other = () => Promise.reject(new Refusal('EvidenceDigestMismatch', 'sha256/… holds other bytes'));
    const { ask, noted, errors } = await aConsole({
      world: { handouts: { find: other, presign, origin: () => originOf('evidence') } },
    });

    expect((await ask('ada', PREDICTIONS, FORM)).status).toBe(500);
    expect(noted).toEqual([]);
    expect(errors).toEqual(['EvidenceDigestMismatch 500 sha256/… holds other bytes']);
  });
});
