import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { governanceRecord } from '../../../lib/domain/attestation/record.ts';
import {
  RehearsalReport,
  rehearsalBytes,
  rehearsalKey,
  rehearsalPage,
} from '../../../lib/domain/audit/rehearsal-report.ts';
import { type RehearsalWorld, rehearse } from '../../../lib/domain/audit/rehearse.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { eventKey, LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { type BundleFile, type CheckpointFile, readLedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { joinLog } from '../../../lib/domain/ledger/log.ts';
import { QUESTIONS } from '../../../lib/domain/questions/catalogue.ts';
import type { Row } from '../../../lib/domain/questions/question.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { readPublicKey } from '../../../lib/domain/signing/fingerprint.ts';
import { auditorsLedger } from '../../support/auditors-story.ts';
import { DECISION_KEY, makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { recordFacts } from '../attestation/record-facts.ts';
import { aDraft, aLedger, sealAll } from '../ledger/a-ledger.ts';

const fingerprintOf = (pem: string): string => readPublicKey(pem)?.fingerprint ?? '';
const NOW = Instant.parse('2026-11-27T03:04:05.678Z');
const RECORD_KEY = makeKey('record-key');

const logOf = (files: readonly { key: string; bytes: Uint8Array }[]) => {
  const read = files.map(readLedgerFile);
  const bundles = read.filter((file): file is BundleFile => 'kind' in file && file.kind === 'bundle');
  const checkpoints = read.filter((file): file is CheckpointFile => 'kind' in file && file.kind === 'checkpoint');
  return {
    checkpoints: checkpoints.map(({ checkpoint }) => checkpoint),
    log: joinLog(bundles, checkpoints, new Set()),
  };
};

const files = await auditorsLedger();
const bytesOf = new Map(files.map(({ key, bytes }) => [key, bytes]));
const { log, checkpoints } = logOf(files);
const columns = QUESTIONS[0]?.selects ?? [];
const answered = (rows: readonly Row[], entries = log.attested) => ({ columns, rows, covers: { entries, until: '' } });
const proofOf = (index: number): Row => {
  const entry = log.entries[index];
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  return { leaf_index: index, event_hash: entry.hash, event_key: eventKey(entry.event) };
};
const world = (changes: Partial<RehearsalWorld> = {}): RehearsalWorld => ({
  ...{ log, checkpoints, problems: [], probes: [], now: NOW },
  ask: async () => answered([proofOf(2), { leaf_index: 7 }, { leaf_index: -1, event_hash: '' }]),
  readEvent: async (key) => bytesOf.get(key),
  ...changes,
});
const questionsOf = async (changes: Partial<RehearsalWorld>) => (await rehearse(world(changes))).questions;

describe('a rehearsal of an audit (CO-2)', () => {
  it('asks every question, and is the same for the same log and day', async () => {
    const asked: [string, object][] = [];
    const ask: RehearsalWorld['ask'] = async (question, given) => {
      asked.push([question, given]);
      return answered([proofOf(2)]);
    };

    const report = await rehearse(world({ ask }));

    expect(asked.map(([name]) => name)).toEqual(QUESTIONS.map(({ name }) => name));
    expect(new Map(asked).get('changed')).toEqual({ before: 'credit-1', after: 'credit-2' });
    expect(new Map(asked).get('way-back')).toEqual({ model: 'credit', at: '2026-11-26T23:59:50.000Z' });
    expect(report).toMatchObject({ seed: '2026-11-27', failures: 0, log: { size: 25, problems: [] } });
    expect(report.sample).toHaveLength(20);
    expect(await rehearse(world({ ask }))).toEqual(report);
    expect(RehearsalReport.parse(report)).toEqual(report);
  });

  it('draws another sample on another day', async () => {
    const drawn = async (now: string) =>
      (await rehearse(world({ now: Instant.parse(now) }))).sample.map(({ leaf_index }) => leaf_index);

    expect(await drawn('2026-11-28T00:00:00.000Z')).not.toEqual(await drawn('2026-11-29T00:00:00.000Z'));
  });

  it('finds a question that is not answered, or not from all of the log', async () => {
    const [first] = await questionsOf({ ask: () => Promise.reject(new Error('no engine')) });
    const [short] = await questionsOf({ ask: async () => answered([], 3) });

    expect(first).toMatchObject({ rows: 0, problems: ['was not answered: Error: no engine'] });
    expect(short).toMatchObject({ entries: 3, problems: ['reaches 3 of 25 entries'] });
  });

  it.each([
    ['event_hash', { ...proofOf(2), event_hash: 'f'.repeat(64) }],
    ['event_key', { ...proofOf(2), event_key: eventKey(logEvent(3)) }],
    [
      'bundle_key',
      { ...proofOf(2), bundle_key: 'bundles/v1/dt=2026-11-20/000000000000.ndjson', bundle_version_id: 'v' },
    ],
    ['actor_id', { ...proofOf(2), actor_id: 'mallory' }],
    ['reason', { ...proofOf(2), reason: 'another one' }],
    ['outcome', { ...proofOf(2), outcome: 'pass?' }],
    ['at_ms', { ...proofOf(2), at_ms: 1 }],
  ] satisfies [string, Row][])('finds a row with another %s than its entry', async (name, row: Row) => {
    const [first] = await questionsOf({ ask: async () => answered([proofOf(3), row, proofOf(4)]) });

    expect(first?.problems).toEqual([`has a row whose ${name} is not what entry 2 says`]);
  });

  it('finds a row with an entry beyond what it says it looked through', async () => {
    const [first] = await questionsOf({ ask: async () => answered([{ ...proofOf(2), leaf_index: 99 }]) });

    expect(first?.problems).toEqual(['has a row of entry 99, which is not there']);
  });

  it('asks no column of the entry that a question infers from others', async () => {
    const asked = await questionsOf({ ask: async () => answered([{ ...proofOf(2), release_id: 'credit-0' }]) });
    const wrong = asked.filter(({ problems }) => problems.length > 0).map(({ question }) => question);

    expect(wrong).toContain('approvals');
    expect(wrong).not.toContain('live');
  });

  it('takes an entry that came after the log was read', async () => {
    const [first] = await questionsOf({ ask: async () => answered([{ ...proofOf(2), leaf_index: 26 }], 30) });

    expect(first?.problems).toEqual([]);
  });

  it('finds an object that is missing, or has other bytes than the log', async () => {
    const missing = await rehearse(world({ readEvent: async () => undefined }));
    const other = await rehearse(world({ readEvent: async () => new Uint8Array([1]) }));

    expect(missing).toMatchObject({
      failures: 20,
      sample: expect.arrayContaining([expect.objectContaining({ problems: ['its object is missing'] })]),
    });
    expect(other.sample[0]?.problems).toEqual(['its object has other bytes than the log']);
  });

  it('finds an event that does not follow its chain, and an entry that is not under the root hash', async () => {
    const broken = log.entries.map((entry, index) =>
      index === 1 ? { ...entry, event: { ...entry.event, prev: entry.hash } } : entry,
    );
    const report = await rehearse(world({ log: { ...log, entries: broken } }));
    const unproved = await rehearse(
      world({ checkpoints: checkpoints.map((one) => ({ ...one, root: log.entries[0]?.hash ?? one.root })) }),
    );
    const part = await rehearse(world({ log: { ...log, attested: 0 } }));

    expect(report.sample.find(({ leaf_index }) => leaf_index === 1)?.problems).toContain(
      'it does not follow the event before it',
    );
    expect(unproved.sample.map(({ problems }) => problems)).toEqual(
      Array(20).fill(['its inclusion proof does not lead to the root hash']),
    );
    expect(part).toMatchObject({
      failures: 1,
      sample: [],
      log: { problems: ['no entry is covered by a signed checkpoint'] },
    });
  });

  it('finds what is wrong with the files of the log', async () => {
    const problems = [{ key: 'bundles/v1/x', why: 'is not a bundle key' }];

    expect((await rehearse(world({ problems }))).log.problems).toEqual(['bundles/v1/x is not a bundle key']);
  });

  it('asks about examples in an empty log', async () => {
    const nothing = { origin: undefined, entries: [], attested: 0, problems: [] };
    const report = await rehearse(world({ log: nothing, checkpoints: [], ask: async () => answered([], 0) }));

    expect(report.questions[0]?.parameters).toEqual({ model: 'MODEL' });
    expect(report.log).toMatchObject({ origin: '', until: '' });
  });

  it('asks what changed from a release to itself where its model has no other', async () => {
    const single = logOf(await aLedger());
    const asked = await questionsOf({ ...single, now: Instant.parse('2026-11-20T00:00:00.000Z') });
    const changed = asked.find(({ question }) => question === 'changed')?.parameters;

    expect(['credit-1', 'credit-2', 'fraud-1']).toContain(changed?.['before']);
  });

  it('finds a decision that nobody signed, once the log has published a key', async () => {
    const key = { key_id: 'k', fingerprint: fingerprintOf(DECISION_KEY.pem), public_key: DECISION_KEY.pem };
    const events = sealAll([
      { model: LOG_CHAIN, draft: aDraft({ event_type: 'decision_key_published', release_id: '', details: key }) },
      { model: 'credit', draft: aDraft({ event_type: 'release_requested' }) },
      { model: 'credit', draft: aDraft({ event_type: 'approval_granted', idempotency_key: 'a' }) },
      {
        model: 'credit',
        draft: aDraft({ event_type: 'approval_granted', idempotency_key: 'b', details: { envelope: 'none' } }),
      },
    ]);
    const later = await aLedger(events, [1, 3]);
    const kept = new Map(later.map((file) => [file.key, file.bytes]));
    const report = await rehearse(
      world({ ...logOf(later), ask: async () => answered([], 4), readEvent: async (name) => kept.get(name) }),
    );

    expect(report.sample.map(({ problems }) => problems)).toEqual([
      [],
      [],
      ['the decision: it is not signed'],
      ['the decision: no key that signed decisions then has signed it'],
    ]);
  });

  it('verifies governance records, and tries what must be denied', async () => {
    const bytes = envelopeBytes(RECORD_KEY.seal(governanceRecord(recordFacts)));
    const draft = aDraft({
      ...{ event_type: 'release_approved', evidence_refs: ['s3://evidence/record'] },
      subject: { artifact_sha256: '', artifact_version_id: '', evidence_digest: '', record_sha256: sha256(bytes) },
    });
    const bare = aDraft({ event_type: 'release_approved', idempotency_key: 'old', evidence_refs: [] });
    const key = { key_id: 'k', fingerprint: fingerprintOf(DECISION_KEY.pem), public_key: DECISION_KEY.pem };
    const events = sealAll([
      { model: LOG_CHAIN, draft: aDraft({ event_type: 'decision_key_published', release_id: '', details: key }) },
      { model: 'credit', draft },
      { model: 'credit', draft: bare },
    ]);
    const approved = await aLedger(events, [3]);
    const kept = new Map(approved.map((file) => [file.key, file.bytes]));
    const told = (read: (uri: string) => Uint8Array | undefined) =>
      rehearse(
        world({
          ...logOf(approved),
          ...{ ask: async () => answered([], 3), readEvent: async (name) => kept.get(name) },
          records: { keysPem: [OTHER_KEY.pem, RECORD_KEY.pem], read: async (uri) => read(uri) },
          probes: [
            { what: 'rows about people', expected: 'denied', tries: async () => 'denied' },
            { what: 'the ledger', expected: 'read', tries: async () => 'denied' },
          ],
        }),
      );

    const report = await told((uri) => (uri === 's3://evidence/record' ? bytes : undefined));
    const other = await told(() => new Uint8Array());

    expect(report.records).toMatchObject([
      { uri: 's3://evidence/record', problems: [] },
      { uri: '', problems: ['it is missing'] },
    ]);
    expect(report).toMatchObject({ failures: 2, left_out: [] });
    expect(other.records[0]?.problems).toEqual(['it is not the one that the log names', 'it is no DSSE envelope']);
    expect(rehearsalPage(report)).toContain('- the ledger: denied, and not read');
  });
});

function logEvent(index: number) {
  const entry = log.entries[index];
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  return entry.event;
}

describe('the report of a rehearsal', () => {
  const vector = readFileSync(new URL('../../vectors/audit-rehearsal.ndjson', import.meta.url));

  it('has the bytes of the format', () => {
    const report = RehearsalReport.parse(JSON.parse(vector.toString()));

    expect(Buffer.from(rehearsalBytes(report)).toString()).toBe(vector.toString());
    expect(readFileSync('docs/formats/audit-rehearsal.md', 'utf8')).toContain(vector.toString());
    expect(rehearsalKey(report.rehearsed_at)).toBe('rehearsals/v1/dt=2026-11-30/030000000');
  });

  it('is a page, in which texts of others are texts', () => {
    const report = RehearsalReport.parse(JSON.parse(vector.toString()));
    const page = rehearsalPage({ ...report, access: [{ what: '<b>|x', expected: 'denied', found: 'read' }] });

    expect(page).toContain('**1 of what was looked at failed.**');
    expect(page).toContain('- entry 8: its object is missing');
    expect(page).toContain('\\<b\\>\\|x');
    expect(
      rehearsalPage({ ...report, sample: [], failures: 0, log: { ...report.log, origin: '', until: '' } }),
    ).toContain('The log (none): 25 entries under 8 signed checkpoints, the newest of never');
  });

  it('moves no cursor, whatever a hostile copy says', () => {
    const report = RehearsalReport.parse(JSON.parse(vector.toString()));
    const hostile = '\u001b[2J\u009b1A\u202e\rx';
    const page = rehearsalPage({
      ...report,
      log: { ...report.log, origin: hostile, until: hostile, root_hash: hostile, problems: [hostile] },
      questions: [{ question: hostile, parameters: { model: hostile }, rows: 1, entries: 1, problems: [hostile] }],
      sample: [{ leaf_index: 1, event_key: hostile, event_type: hostile, problems: [hostile] }],
      records: [{ release_id: hostile, uri: hostile, sha256: hostile, problems: [hostile] }],
      access: [{ what: hostile, expected: hostile, found: 'x' }],
      left_out: [hostile],
    });

    expect(page).toContain('\ufffd\\[2J\ufffd1A\ufffd x');
    expect(page).not.toMatch(/[\p{Cf}\u2028\u2029]|[^\P{Cc}\n]/u);
  });
});
