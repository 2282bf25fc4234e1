import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { refusalIdOf } from '../../../lib/domain/intake/refuse-claim.ts';
import { aManifest } from '../../support/approval-case.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const manifest = aManifest();
const ID = manifest.release_id;
const faults = [{ field: 'git_ref', problem: 'is not allowed' }];
const aRefusal = (refusal_id: string) => ({
  ...{ refusal_id, code: 'ManifestInvalid', message: 'the manifest does not describe a release', faults },
  ...{ remedy: 'Correct the fields that are named.', claimed_release_id: ID, door: 'event_bus', received_at: 't' },
});
const OF_THIS = aRefusal(refusalIdOf({ code: 'ManifestInvalid', faults }, manifest));
const story = (state: string, more: object = {}) => ({
  release: {
    ...{ release_id: ID, model_name: 'm', model_version: '1.0.0', state, risk_tier: 'low', updated_at: 't' },
    reasons:
      state === 'rejected' ? [{ rule: 'auc', evidence: '', explanation: 'auc is 0.5, at least 0.7 is needed' }] : [],
  },
  ...{ checks: [], approvals: [], events: [] },
  ...more,
});

type World = {
  /** What the API has before anything is sent, and after. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** The release that has this content, before and after. */
  readonly known?: string;
  readonly knownAfter?: string;
  /** What is written into the file. */
  readonly file?: unknown;
};
const waiting = async (world: World, ...words: string[]) => {
  const { before = {}, after = {}, known, knownAfter = known, file = manifest } = world;
  let sent = 0;
  const api = (path: string) => {
    const knownNow = sent > 0 ? knownAfter : known;
    if (path === '/releases/known' && knownNow !== undefined) return { body: { release_id: knownNow } };
    const body = (sent > 0 || words.includes('--iam') ? after : before)[path];
    return body === undefined ? { status: 404, body: { title: 'NotFound', detail: 'it is not there' } } : { body };
  };
  const bus = (body: string) => {
    if (!body.includes('Entries')) return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    sent += 1;
    return { body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } };
  };
  const { url } = await aServer(({ method, path, body }) => {
    if (method === 'HEAD') return { body: '', headers: { 'x-amz-version-id': 'v1' } };
    if (path === '/iam/v1/releases') return { status: 201, body: { release_id: ID } };
    return path.includes('/v1/') ? api(path.replace(/^(\/iam)?\/v1/, '')) : bus(body);
  });
  const directory = aDirectory({ ...endpointsFile(url), 'release.yaml': stringify(file) });
  const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  return { ...(await assay(directory, ['submit', 'release.yaml', '--wait', ...words], keys)), sent };
};

describe('assay submit --wait (GT-2)', () => {
  it('ends with 0 once the release is in production', async () => {
    const { code, out, err, sent } = await waiting({
      after: { [`/releases/${ID}`]: story('production') },
      knownAfter: ID,
    });

    expect({ code, sent }).toEqual({ code: 0, sent: 1 });
    expect(out).toMatch(/^state +production$/m);
    expect(err).not.toContain('What to do');
  });

  it.each([
    ['rejected', 'mend what the reasons name'],
    ['expired', 'nobody decided in time'],
    ['approved', `assay promote ${ID} --reason WHY`],
    ['rolled_back', `assay status ${ID}`],
  ])('ends with 1 for a release that is %s, and says what to do', async (state, remedy) => {
    const promotion = { can_promote: true, under_way: false, reasons: [] };

    const after = { [`/releases/${ID}`]: story(state, { promotion }) };

    const { code, out, err } = await waiting({ after, knownAfter: ID });

    expect(code).toBe(1);
    expect(err).toContain('What to do: ');
    expect(err).toContain(remedy);
    if (state === 'rejected') expect(out).toMatch(/^because +auc: auc is 0.5, at least 0.7 is needed$/m);
  });

  it('ends with 1 at the refusal of this manifest, with its faults and its remedy', async () => {
    const refused = { [`/refusals/${ID}`]: { refusals: [OF_THIS] } };

    const { code, out } = await waiting({ after: refused });

    expect(code).toBe(1);
    expect(out).toMatch(/^git_ref +is not allowed$/m);
    expect(out).toContain('What to do: Correct the fields that are named.');
  });

  it('knows that the same manifest was refused for the same before', async () => {
    const refused = { [`/refusals/${ID}`]: { refusals: [OF_THIS] } };

    expect(await waiting({ before: refused, after: refused })).toMatchObject({ code: 1, sent: 1 });
  });

  it('takes no earlier refusal of another manifest for the outcome, and ends at its deadline', async () => {
    const refused = { [`/refusals/${ID}`]: { refusals: [aRefusal('of another manifest')] } };

    const { code, out, err } = await waiting({ before: refused, after: refused }, '--deadline', '0m');

    expect(code).toBe(2);
    expect(out).toContain('sent; it waits to be taken in');
    expect(err).toContain(`no outcome within 0m; to go on: assay status ${ID} --watch`);
  });

  it('takes no other release of this id for its own, and sends nothing', async () => {
    const { code, err, sent } = await waiting({ before: { [`/releases/${ID}`]: story('production') } });

    expect({ code, sent }).toEqual({ code: 1, sent: 0 });
    expect(err).toContain(`${ID} is the id of another release`);
  });

  it('takes no outcome of a release for its own that took the id at the same time with other content', async () => {
    const after = { [`/releases/${ID}`]: story('production'), [`/refusals/${ID}`]: { refusals: [OF_THIS] } };

    const { code, out } = await waiting({ after });

    expect(code).toBe(1);
    expect(out).not.toContain('production');
  });

  it('takes no refusal for its own that another manifest has met under this id meanwhile', async () => {
    const after = { [`/releases/${ID}`]: story('production'), [`/refusals/${ID}`]: { refusals: [aRefusal('theirs')] } };

    expect((await waiting({ after, knownAfter: ID })).code).toBe(0);
    expect((await waiting({ after }, '--deadline', '0m')).code).toBe(2);
  });

  it('waits for the release that took this content at the same time under another id', async () => {
    const { code, err, sent } = await waiting({
      after: { '/releases/theirs': story('rejected') },
      knownAfter: 'theirs',
    });

    expect({ code, sent }).toEqual({ code: 1, sent: 1 });
    expect(err).toContain('theirs has this content already; to follow it: assay status theirs');
  });

  it('knows its refusal by being new where it has more faults than are shown', async () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ field: `f${index}`, problem: 'is unknown' }));
    const refused = { [`/refusals/${ID}`]: { refusals: [{ ...aRefusal('new'), faults: many }] } };

    expect((await waiting({ after: refused })).code).toBe(1);
    expect((await waiting({ before: refused, after: refused }, '--deadline', '0m')).code).toBe(2);
  });

  it.each([[undefined], ['with a space'], ['..']])(
    'sends nothing that it could not follow: %s as the id',
    async (release_id) => {
      const { code, err, sent } = await waiting({ file: { ...manifest, release_id } }, '--send-anyway');

      expect({ code, sent }).toEqual({ code: 2, sent: 0 });
      expect(err).toContain('this manifest has none that is valid');
    },
  );

  it('sends nothing where it cannot be asked whether the content is known', async () => {
    const { code, sent } = await waiting({ before: { '/releases/known': 'no answer of the API' } });

    expect({ code, sent }).toEqual({ code: 2, sent: 0 });
  });

  it('waits for the release that has this content already', async () => {
    const before = { '/releases/older': story('production') };

    expect(await waiting({ before, known: 'older' })).toMatchObject({
      code: 0,
      sent: 0,
      out: expect.stringContaining('older'),
    });
  });

  it('waits for what a machine has requested by its signature, and prints the outcome as JSON', async () => {
    const after = { [`/releases/${ID}`]: story('production') };

    const { code, out } = await waiting({ after }, '--iam', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ release: { state: 'production' } });
  });

  it.each([
    [['--deadline', 'soon'], '--deadline is no duration: soon; write 30m, 2h or 3d'],
    [['--deadline', '2'], '--deadline is no duration'],
  ])('says how to write a deadline: %j', async (words, sentence) => {
    expect(await waiting({}, ...words)).toMatchObject({ code: 2, sent: 0, err: expect.stringContaining(sentence) });
  });

  it('has a deadline only if it waits', async () => {
    const directory = aDirectory({ 'release.yaml': stringify(manifest) });

    expect((await assay(directory, ['submit', 'release.yaml', '--deadline', '2h'])).err).toContain('only with --wait');
  });
});
