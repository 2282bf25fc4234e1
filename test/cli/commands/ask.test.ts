import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { auditorsLedger } from '../../support/auditors-story.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const files = await auditorsLedger();
const inCopy = (changes: Record<string, string | Uint8Array | undefined> = {}) =>
  Object.fromEntries(
    Object.entries({
      'log.pub': LOG_PUBLIC_KEY,
      ...Object.fromEntries(files.map(({ key, bytes }) => [key, bytes])),
      ...changes,
    }).flatMap(([key, bytes]) => (bytes === undefined ? [] : [[`ledger/${key}`, bytes]])),
  );

const record = (inferenceId: string, inferenceTime?: string) =>
  `${JSON.stringify({ captureData: {}, eventMetadata: { eventId: 'e', inferenceId, inferenceTime }, eventVersion: '0' })}\n`;
const captured = {
  'captured/credit/candidate/2026/11/25/13/a.jsonl': record('id-1', '2026-11-25T13:10:00Z'),
  'captured/credit/stable/2026/11/25/13/b.jsonl': record('id-2') + record('id-3', '2026-11-25T13:11:00Z'),
  'captured/credit/candidate/2026/11/25/12/c.jsonl': record('id-3', '2026-11-25T12:11:00Z'),
};
const home = aDirectory({ ...inCopy(), ...captured });
const ask = (args: string, directory = home) => assay(directory, ['ask', ...args.split(' '), '--ledger', 'ledger']);

describe('assay ask --ledger', () => {
  it('answers as a table, CSV or JSON, each row with its proof (Q-1)', async () => {
    const table = await ask('approvals credit');
    const csv = await ask('approvals credit --csv');
    const json = JSON.parse((await ask('approvals credit --json')).out);

    expect(table.out.split('\n')).toHaveLength(6);
    expect(table.err).toContain('Found in 25 entries of the log, the newest of 2026-11-26T23:59:50.000Z.');
    expect(table.err).toContain('Signed by the log: key ');
    expect(csv.out.split('\r\n')).toHaveLength(5);
    expect(csv.out).toMatch(
      /^occurred_at,model_version,.*,leaf_index,event_key,event_hash,bundle_key,bundle_version_id\r\n/,
    );
    expect(json).toMatchObject({ question: 'approvals', parameters: { model: 'credit' }, covers: { entries: 25 } });
    expect(json.rows[0]).toMatchObject({ leaf_index: 5, event_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('ends with 1 if nothing was found, and says how far it looked', async () => {
    expect(await ask('live fraud')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('Nothing was found in 25 entries of the log'),
    });
  });

  it.each([
    ['live fraud', 'The log has no model fraud.'],
    ['live credit-1', 'credit-1 is a release: live asks about a model, by its name.'],
    ['why credit', 'credit is a model: why asks about a release, by its id.'],
    ['why nope', 'The log has no release nope.'],
    ['changed credit-1 nope', 'The log has no release nope.'],
    ['changed nope credit-1', 'The log has no release nope.'],
    ['changed nope neither', 'The log has no release nope.\nThe log has no release neither.'],
    ['dossier credit', 'credit is a model: dossier asks about a release, by its id.'],
    ['account nope', 'The log has no model nope.'],
    ['account credit-1', 'credit-1 is a release: account asks about a model, by its name.'],
  ])('says of a name that it does not know that it does not: %s', async (question, problem) => {
    expect(await ask(question)).toMatchObject({ code: 1, err: expect.stringContaining(`${problem}\n`) });
  });

  it('says nothing about a name where it knows it, and has nothing to tell', async () => {
    const { code, err } = await ask('rollbacks --incident INC-0');
    const early = await ask('live credit --at 2026-01-01T00:00:00Z');

    expect([code, early.code, (await ask('lineage pricing-1')).code]).toEqual([1, 1, 0]);
    expect(err + early.err).not.toContain('The log has no');
  });

  it('compares nothing with a release that is not there', async () => {
    const { out } = await ask('changed nope credit-1');

    expect(out).toMatch(/^part +before +after +entry before +entry\nrelease +not on record +on record +-1 +\d+\n$/);
  });

  it('says of an instant after the newest entry that the log ends before it', async () => {
    const words = '2027-01-01T00:00:00.000Z is after the newest entry';

    expect((await ask('live credit --at 2027-01-01T00:00:00Z')).err).toContain(words);
    expect((await ask('account credit --at 2027-01-01T00:00:00Z')).err).toContain(words);
    expect((await ask('live credit --at 2026-11-24T00:00:00Z')).err).not.toContain('after the newest');
    expect((await ask('account credit')).err).not.toContain('after the newest');
  });

  it('shows the time of day where all of it was on one day', async () => {
    const { out } = await ask('traffic credit --since 2026-11-26');
    const { timeline } = await import('../../../lib/cli/terminal/timeline.ts');
    const span = { label: 'credit-1', from: '2026-11-26T08:00:00.000Z', until: '2026-11-26T09:30:01.000Z' };

    expect(out).toContain('2026-11-26');
    expect(timeline([span])).toMatch(/2026-11-26T08:00:00Z +2026-11-26T09:30:01Z$/);
  });

  it('writes a page with a timeline, in which texts of people are texts', async () => {
    await ask('live credit --html live.html');
    const page = readFileSync(join(home, 'live.html'), 'utf8');

    expect(page.match(/<rect /g)).toHaveLength(3);
    expect(page).not.toContain('<script');
    await ask('approvals credit --html approvals.html');
    expect(readFileSync(join(home, 'approvals.html'), 'utf8')).not.toContain('<svg');
  });

  it('draws the months of a trend (Q-9)', async () => {
    expect((await ask('trend credit')).out).toMatch(/promoted\n2026-11 {2}█+ 2/);
  });

  it.each([
    [
      'a bundle with other bytes',
      Object.fromEntries([[files.find(({ key }) => key.startsWith('bundles/'))?.key, '{}\n']]),
    ],
    ['a key that signed none of it', { 'log.pub': 'another' }],
  ])('answers nothing from a copy with %s', async (_, changes) => {
    const directory = aDirectory(inCopy(changes));
    const { code, out } = await ask('live credit', directory);

    expect(out).toBe('');
    expect(code).toBeGreaterThan(0);
  });

  it('says that nothing was verified where there is no key, and how many events it left out', async () => {
    const newest = files.findLast(({ key }) => key.startsWith('checkpoints/'))?.key ?? '';
    const whole = aDirectory(inCopy({ 'log.pub': undefined }));
    const cut = aDirectory(inCopy({ [newest]: undefined }));

    const more = aDirectory(inCopy({ 'events/v1/dt=2026-11-27/model=credit/000000000023.json': '{}' }));

    expect((await ask('live credit', more)).err).toContain('no checkpoint covers them yet: 1 newer event.');
    expect((await ask('live credit', whole)).err).toContain('Not verified: there is no public key of the log');
    expect(await ask('live credit', cut)).toMatchObject({ code: 1, err: expect.stringContaining(newest) });
  });

  it.each([
    ['live', 'model is missing'],
    ['live credit 2', 'does not understand 2'],
    ['live credit --incident I', 'has no use for --incident'],
    ['live credit --variant a', 'has no use for --variant'],
    ['live credit --at monday', '--at is no instant'],
    ['approvals credit --since soon', '--since is no day'],
    ['approvals credit --csv --json', 'not both'],
    ['aprovals credit', 'did you mean approvals?'],
    ['everything', 'there are approvals, live'],
    ['account', 'needs MODEL'],
    ['account a b', 'does not understand b'],
    ['account a_b', 'is no name of a model'],
    ['account credit --csv', 'has no use for --csv'],
    ['decision credit', 'needs --at TIME'],
    ['decision credit --inference-id id-1 --at 2026-11-25T13:00:00Z', 'name it with --captured, or ask by --at TIME'],
    ['decision credit --inference-id id-1 --captured captured --at 2026-11-25T13:00:00Z', 'needs --endpoint'],
    ['decision credit --inference-id id-1 --captured captured --endpoint credit', 'or --day DAY'],
    ['decision credit --inference-id id-9 --captured captured --endpoint credit --day 2026-11-25', 'sampling leaves'],
    ['decision credit --inference-id id-3 --captured captured --endpoint credit --day 2026-11-25', 'captured 2 times'],
    ['decision credit --inference-id id-1 --captured nowhere --endpoint credit --day 2026-11-25', 'sampling leaves'],
  ])('%s is wrong usage: %s', async (args, problem) => {
    expect(await ask(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(problem) });
  });

  it('takes days as they are, or so long ago, and periods of instants by days', async () => {
    expect((await ask('approvals credit --since 2026-11-25 --until 2026-11-25 --json')).out).toContain('risk_owner');
    expect(JSON.parse((await ask('approvals credit --since 9999d --json')).out).rows).toHaveLength(4);
    const { parameters, rows } = JSON.parse(
      (await ask('live credit --since 2026-11-26 --until 2026-11-26 --json')).out,
    );
    expect(parameters).toMatchObject({ from: '2026-11-26T00:00:00.000Z', to: '2026-11-26T23:59:59.999Z' });
    expect(rows).toHaveLength(2);
    expect((await ask('rollbacks --model credit')).out).toContain('INC-7');
  });
});

describe('the pages of assay ask', () => {
  it('are read by people, or as JSON (Q-4, Q-5)', async () => {
    const { out } = await ask('dossier credit-2');
    const json = JSON.parse((await ask('account credit --at 2026-11-26T00:00:00Z --json')).out);

    expect(out).toContain('Which artifact was deployed?');
    expect(out).toContain('What is its way back?');
    expect(json).toMatchObject({ page: 'account', about: 'credit' });
    expect(json.sections).toHaveLength(7);
    expect(await ask('account fraud')).toMatchObject({ code: 1, out: expect.stringContaining('nothing of fraud') });
  });

  it('go from an inference id to the release that answered (TR-6)', async () => {
    const by = (rest: string) => ask(`decision credit --endpoint credit --captured captured ${rest}`);
    const exact = await by('--inference-id id-1 --at 2026-11-25T13:30:00Z');

    expect(exact.err).toContain('variant candidate, at 2026-11-25T13:10:00.000Z');
    expect(exact.out).toContain('Who approved credit-2, and why?');
    expect(exact.out).not.toContain('Who approved credit-1');
    const within = await by('--inference-id id-2 --day 2026-11-25');
    expect(within.err).toContain('variant stable, within the hour from 2026-11-25T13:00:00.000Z');
    expect(within.out).toContain('Who approved credit-1, and why?');
  });

  it('go by the instant alone, where nothing was captured', async () => {
    const { out } = await ask('decision credit --at 2026-11-25T13:00:00Z');

    expect(out).toContain('2 releases answered then, by their shares');
  });
});

describe('assay ask of the API', () => {
  it('waits for an answer that takes long, and reads all of its pages', async () => {
    const column = { name: 'release_id', heading: 'release' };
    const answered = (release_id: string, more: object) => ({
      ...{ state: 'answered', run: 'r1', columns: [column], rows: [{ release_id }] },
      ...{ covers: { entries: 7, until: '2026-11-20T00:00:00.000Z' }, total: 2 },
      ...more,
    });
    const asked: string[] = [];
    const { url } = await aServer(({ path }) => {
      if (path.startsWith('/v1/')) asked.push(path);
      if (path === '/v1/questions/live') return { body: answered('one', { next: 1 }) };
      if (path.startsWith('/v1/questions/runs/')) return { body: answered('two', {}) };
      return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    });

    const { code, out, err } = await assay(aDirectory(endpointsFile(url)), ['ask', 'live', 'credit', '--csv']);

    expect({ code, out }).toEqual({ code: 0, out: 'release_id\r\none\r\ntwo\n' });
    expect(err).toContain('Found in 7 entries of the log');
    expect(asked).toEqual(['/v1/questions/live', expect.stringMatching(/^\/v1\/questions\/runs\/r1/)]);
  });

  it('has no use for the key of a copy', async () => {
    expect((await assay(home, ['ask', 'live', 'credit', '--key', 'log.pub'])).code).toBe(2);
  });
});
