import { createHash, createPublicKey } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EventDraft, LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { aLedger, aReleaseInProduction, LOG_PUBLIC_KEY, sealAll } from '../../domain/ledger/a-ledger.ts';
import { RENEWAL_KEY } from '../../support/a-renewal.ts';
import { DECISION_KEY, OTHER_KEY } from '../../support/decision-key.ts';
import { allSigned, attestationKeyPublication, publication } from '../../support/signed-drafts.ts';
import { renewedDraft } from '../../support/signed-renewals.ts';
import { aDirectory, assay } from '../assay.ts';

const ledger = await aLedger();
const files = Object.fromEntries(ledger.map(({ key, bytes }) => [key, bytes]));
const firstEvent = ledger[0]?.key ?? '';
const aCopy = (more: Record<string, string> = { 'log.pub': LOG_PUBLIC_KEY }): string =>
  aDirectory({ ...files, ...more });

describe('assay audit verify (AU-11)', () => {
  it('finds a whole ledger in order', async () => {
    const { code, out } = await assay(aCopy(), ['audit', 'verify', '.']);

    expect(code).toBe(0);
    expect(out).toMatch(/credit +18 +18 +[0-9a-f]{64}\n/);
    expect(out).toContain('4 checkpoints of assay.dev/log/test\nthe newest covers 28 events');
    expect(out).toContain('ok: the ledger holds');
  });

  it('passes over who was given which rows, which is of the same bucket and not of the ledger', async () => {
    const accesses = readFileSync(new URL('../../vectors/access-log.ndjson', import.meta.url), 'utf8');
    const copy = aCopy({ 'log.pub': LOG_PUBLIC_KEY, 'access/v1/dt=2026-11-29/13.ndjson': accesses });

    const { code, out } = await assay(copy, ['audit', 'verify', '.']);

    expect(code).toBe(0);
    expect(out).toContain('ok: the ledger holds');
  });

  it('names the first bad key and why', async () => {
    const directory = aCopy();
    const file = join(directory, firstEvent);
    writeFileSync(file, readFileSync(file, 'utf8').replace('rita', 'nina'));

    const { code, out } = await assay(directory, ['audit', 'verify', directory]);

    expect(code).toBe(1);
    expect(out).toContain(`first bad key: ${firstEvent}\nwhy: has different bytes: it is entry 0 of the log`);
  });

  it('takes over what the pull saw in the bucket', async () => {
    const problems = [{ key: firstEvent, why: 'was deleted: it has 1 delete marker' }];
    const pull = { schemaVersion: 1, bucket: 'b', pulledAt: '2026-11-21T00:00:00.000Z', objects: 1, problems };
    const directory = aCopy({ 'log.pub': LOG_PUBLIC_KEY, 'pull.json': JSON.stringify(pull) });

    const { code, out } = await assay(directory, ['audit', 'verify', '.', '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ events: 28, problems });
  });

  it('asks for the key rather than skip the signatures unasked', async () => {
    const directory = aCopy({});

    const without = await assay(directory, ['audit', 'verify', '.']);
    const waived = await assay(directory, ['audit', 'verify', '.', '--no-key']);

    expect(without).toMatchObject({ code: 2, out: '' });
    expect(without.err).toContain('pass one with --key');
    expect(waived.code).toBe(0);
    expect(waived.out).toContain('SIGNATURES NOT CHECKED');
  });

  it.each([
    ['--key README.md', ['--key', 'README.md'], {}],
    ['log.pub', [], { 'log.pub': 'not a key' }],
  ])('names a file that holds no public key: %s', async (_, options, more) => {
    const directory = aCopy({ 'README.md': '# Assay', ...more });

    expect(await assay(directory, ['audit', 'verify', '.', ...options])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/(README\.md|log\.pub) is not a public key in PEM/),
    });
  });

  it('takes the key from elsewhere, and refuses one that did not sign', async () => {
    const keys = aDirectory({ 'mine.pem': LOG_PUBLIC_KEY });
    const { generateKeyPairSync } = await import('node:crypto');
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

    const right = await assay(keys, ['audit', 'verify', aCopy({}), '--key', 'mine.pem']);
    const wrong = await assay(keys, ['audit', 'verify', aCopy({ 'log.pub': other })]);

    expect(right.code).toBe(0);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/first bad key: checkpoints\/.*\nwhy: is not signed by the key of the log/);
  });

  it('lists many problems, but not without end', async () => {
    const directory = aCopy();
    for (const { key } of ledger.slice(0, 25)) appendFileSync(join(directory, key), ' ');

    const { code, out } = await assay(directory, ['audit', 'verify', '.']);

    expect(code).toBe(1);
    expect(out).toMatch(/\nand \d+ more\n/);
  });

  it.each([
    ['no folder of a ledger', []],
    ['folders without a file', ['events', 'checkpoints/v1']],
  ])('says when there is nothing to verify: %s', async (_, folders) => {
    const directory = aDirectory();
    for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });

    const { code, err } = await assay(directory, ['audit', 'verify', '.']);

    expect(code).toBe(2);
    expect(err).toContain('contains no ledger');
  });

  const eventsOnly = Object.fromEntries(Object.entries(files).filter(([key]) => key.startsWith('events/')));

  it('says no to a ledger without a signature, whatever is in it', async () => {
    const directory = aDirectory({ ...eventsOnly, 'log.pub': LOG_PUBLIC_KEY });

    const { code, out } = await assay(directory, ['audit', 'verify', '.']);

    expect(code).toBe(1);
    expect(out).toContain('no checkpoint: nothing proves that no event was changed');
    expect(out).toContain('28 events not yet covered');
    expect(out).toContain('NOT OK: no signed checkpoint: no checkpoint signed by this key covers any event');
    expect(out).not.toContain('ok: the ledger holds');
  });

  it('asks for a key although there is nothing to check with it', async () => {
    const asked = await assay(aDirectory(eventsOnly), ['audit', 'verify', '.']);
    const waived = await assay(aDirectory(eventsOnly), ['audit', 'verify', '.', '--no-key']);

    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('pass one with --key, or pass --no-key') });
    expect(waived).toMatchObject({ code: 0, out: expect.stringContaining('SIGNATURES NOT CHECKED') });
  });

  it('says which key it used, and that one from the copy says nothing about who signed', async () => {
    const directory = aCopy();
    const keys = aDirectory({ 'mine.pem': LOG_PUBLIC_KEY });
    const der = createPublicKey(LOG_PUBLIC_KEY).export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(der).digest('hex');

    const own = await assay(keys, ['audit', 'verify', directory, '--key', 'mine.pem']);
    const found = await assay(directory, ['audit', 'verify', '.']);
    const pointedAt = await assay(directory, ['audit', 'verify', directory, '--key', 'log.pub', '--json']);

    expect(own.out).toContain(`signatures checked with key sha256:${fingerprint}, from mine.pem`);
    expect(found.out).toContain(`sha256:${fingerprint}, from the copy itself: says nothing about who signed`);
    expect(JSON.parse(pointedAt.out).key).toEqual({ fingerprint, from: 'log.pub', is_from_copy: true });
    expect(found.out).toContain('the newest covered event is of 2026-11-21T00:00:17.000Z');
  });

  it.each([
    ['an instant', '2026-11-21T00:00:17Z', 0],
    ['a later one', '2026-11-21T00:00:17.001Z', 1],
    ['a day', '2026-11-21', 0],
    ['minutes before now', '1m', 1],
    ['days before now', '99999d', 0],
  ])('demands that the log is not older than %s: %s', async (_, time, code) => {
    const verified = await assay(aCopy(), ['audit', 'verify', '.', '--not-older-than', time]);

    expect(verified.code).toBe(code);
    expect(verified.out.includes('NOT OK: the log is older than you ask')).toBe(code === 1);
  });

  it('demands that a kept checkpoint is contained, and that so many events are covered', async () => {
    const kept = aDirectory({ 'kept.txt': files['checkpoints/v1/000000000010.txt'] ?? '' });
    const copy = aCopy();
    for (const { key } of ledger.filter((file) => /^(check.*(10|28)\.txt|bundles.*(08|10)\.ndjson)$/.test(file.key))) {
      rmSync(join(copy, key));
    }

    const whole = await assay(kept, ['audit', 'verify', aCopy(), '--since', 'kept.txt']);
    const cut = await assay(kept, ['audit', 'verify', copy, '--since', 'kept.txt', '--max-uncovered', '9']);

    expect(whole.code).toBe(0);
    expect(cut.code).toBe(1);
    expect(cut.out).not.toContain('first bad key');
    expect(cut.out).toContain('NOT OK: an earlier checkpoint is not contained: the kept checkpoint covers 10 entries');
    expect(cut.out).toContain('NOT OK: the end is not covered: no checkpoint covers 20 events; the limit is 9');
  });

  it.each([
    ['--not-older-than', 'yesterday', 'is no time'],
    ['--not-older-than', '2026-13-01', 'is no time'],
    ['--max-uncovered', '-1', 'max-uncovered'],
    ['--max-uncovered', 'many', 'is no number'],
    ['--since', 'nothing.txt', 'there is no checkpoint in nothing.txt'],
    ['--since', 'log.pub', 'log.pub is no checkpoint: it has no empty line'],
  ])('does not understand %s %s', async (option, value, why) => {
    const { code, err } = await assay(aCopy(), ['audit', 'verify', '.', option, value]);

    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});

describe('assay audit verify, about decisions', () => {
  const story = aReleaseInProduction('credit-1');
  const told = [publication(), ...allSigned(story, 1)].map((draft, index) => ({
    model: index === 0 ? LOG_CHAIN : 'credit',
    draft,
  }));
  const signed = async (more: Record<string, string> = {}) => {
    const all = await aLedger(sealAll(told), [1, story.length]);
    const contents = Object.fromEntries(all.map(({ key, bytes }) => [key, bytes]));
    return aDirectory({ ...contents, 'log.pub': LOG_PUBLIC_KEY, ...more });
  };

  it('says how many are signed, with which key, and how many were made before', async () => {
    const before = await assay(aCopy(), ['audit', 'verify', '.']);
    const since = await assay(await signed(), ['audit', 'verify', '.']);

    expect(before.out).toContain('0 decisions signed, 6 unsigned, before signing\n');
    expect(since).toMatchObject({ code: 0, out: expect.stringContaining('2 decisions signed\ndecision key sha256:') });
    expect(since.out).toContain('published by the log at 2026-11-20T23:59:50.000Z');
  });

  it('says how many renewals are signed, and which one is not proved', async () => {
    const log = [publication(), attestationKeyPublication(RENEWAL_KEY)].map((draft) => ({ model: LOG_CHAIN, draft }));
    const renewed = (key = RENEWAL_KEY) => renewedDraft(2 + story.length, { key });
    const verified = async (draft: EventDraft, keys = log) => {
      const events = sealAll([
        ...keys,
        ...[...allSigned(story, keys.length), draft].map((one) => ({ model: 'credit', draft: one })),
      ]);
      const files = await aLedger(events, [keys.length, story.length + 1]);
      const contents = Object.fromEntries(files.map(({ key, bytes }) => [key, bytes]));
      return assay(aDirectory({ ...contents, 'log.pub': LOG_PUBLIC_KEY }), ['audit', 'verify', '.']);
    };

    expect(await verified(renewed())).toMatchObject({ code: 0, out: expect.stringContaining('\n1 renewal signed\n') });
    const forged = await verified(renewed(OTHER_KEY));
    expect(forged).toMatchObject({ code: 1, out: expect.stringContaining('0 renewals signed, 1 not proved') });
    expect(forged.out).toContain('no key that signed attestations then has signed its proof');
    expect((await verified(renewed(), log.slice(0, 1))).out).toContain(
      'NOT OK: a renewal is not proved: no checkpoint',
    );
  });

  it('takes the keys that the auditor kept, and no others', async () => {
    const keys = { 'decision.pub': DECISION_KEY.pem, 'other.pub': OTHER_KEY.pem };
    const withKeys = async (...names: string[]) =>
      assay(await signed(keys), ['audit', 'verify', '.', ...names.flatMap((name) => ['--decision-key', name])]);

    expect(await withKeys('decision.pub')).toMatchObject({ code: 0 });
    const other = await withKeys('other.pub');
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringContaining('publishes a decision key that you did not give'),
    });
    expect((await withKeys('decision.pub', 'other.pub')).out).toContain('NOT OK: a decision key is not published:');
  });

  it.each(['nowhere.pub', 'log.pub'])('names a file that holds no key of decisions: %s', async (name) => {
    expect(await assay(await signed(), ['audit', 'verify', '.', '--decision-key', name])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${name} is no public key on P-256 in PEM`),
    });
  });
});
