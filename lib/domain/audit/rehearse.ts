/** Rehearses an audit (CO-2): asks every question, verifies a sample of records whole, and tries what may not be read. */
import type { Instant } from '../identifiers.ts';
import { leafHash } from '../ledger/chain.ts';
import type { Checkpoint } from '../ledger/checkpoint.ts';
import { decisionOf, eventKey } from '../ledger/event.ts';
import { inclusionProof, type Levels, rootFrom, treeLevels } from '../ledger/inclusion.ts';
import type { Problem } from '../ledger/ledger-file.ts';
import { bundleEnd, coveredUntil, type Log } from '../ledger/log.ts';
import { QUESTIONS } from '../questions/catalogue.ts';
import { historyRow } from '../questions/history-row.ts';
import type { Answer, Cell, Given, Question, Row } from '../questions/question.ts';
import type { Ask } from '../questions/report.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { failuresIn, type RehearsalReport } from './rehearsal-report.ts';
import { type Subjects, sampleOf, subjectsIn } from './rehearsal-sample.ts';
import { type Signing, signingIn } from './signing.ts';
import { type RecordKeys, verifyRecord } from './verify-record.ts';

type Entry = Log['entries'][number];

/** A read that an auditor's role must be denied, or must be allowed. */
export type Probe = {
  readonly what: string;
  readonly expected: 'denied' | 'read';
  readonly tries: () => Promise<string>;
};

export type RehearsalWorld = {
  readonly log: Log;
  /** Of the log, in the order of their sizes. */
  readonly checkpoints: readonly Pick<Checkpoint, 'size' | 'root'>[];
  /** What is wrong with the files that the log was read from. */
  readonly problems: readonly Problem[];
  readonly ask: Ask;
  /** The bytes of an object of the ledger; undefined if there is none. */
  readonly readEvent: (key: string) => Promise<Uint8Array | undefined>;
  /** Absent where governance records cannot be read, as in a copy of the ledger. */
  readonly records?: {
    /** The public keys that have signed records, PEM. */
    readonly keysPem: readonly string[];
    /** The bytes of a governance record; undefined if there is none. */
    readonly read: (uri: string) => Promise<Uint8Array | undefined>;
  };
  readonly probes: readonly Probe[];
  readonly now: Instant;
};

const SAMPLED_ENTRIES = 20;
const SAMPLED_RECORDS = 5;

/** Nothing is written. The same log on the same day gives the same sample and the same questions. */
export const rehearse = async (world: RehearsalWorld): Promise<RehearsalReport> => {
  const { log, checkpoints, probes, now } = world;
  const seed = now.slice(0, 10);
  const entries = log.entries.slice(0, log.attested);
  const levels = treeLevels(entries.map(({ hash }) => hash));
  const signing = signingOf(log);
  const root = checkpoints.find(({ size }) => size === log.attested)?.root ?? '';
  const report = {
    schema_version: 1 as const,
    rehearsed_at: now,
    seed,
    log: {
      ...{ origin: log.origin ?? '', size: log.attested, root_hash: root, checkpoints: checkpoints.length },
      until: coveredUntil(log) ?? '',
      problems: [
        ...world.problems.map(({ key, why }) => `${key} ${why}`),
        ...(log.attested === 0 ? ['no entry is covered by a signed checkpoint'] : []),
      ],
    },
    questions: await askAll(entries, seed, world),
    sample: await Promise.all(
      sampleOf(entries, seed, SAMPLED_ENTRIES).map(async (entry) => ({
        ...{ leaf_index: entry.index, event_key: eventKey(entry.event), event_type: entry.event.event_type },
        problems: await entryProblems(entry, { entries, levels, root, signing, readEvent: world.readEvent }),
      })),
    ),
    records: await recordsOf(entries, seed, signing, world),
    access: await Promise.all(
      probes.map(async ({ what, expected, tries }) => ({ what, expected, found: await tries() })),
    ),
    left_out: [
      ...(world.records === undefined
        ? ['Governance records: they are not part of a copy. assay verify verifies one.']
        : []),
      ...(probes.length === 0 ? ['Access: there was nothing whose reading could be tried.'] : []),
    ],
  };
  return { ...report, failures: failuresIn(report).length };
};

const signingOf = (log: Log): Signing => {
  return signingIn({
    events: log.entries.map(({ event }) => event),
    positionOf: (event) => log.entries.findIndex((entry) => entry.event === event),
    coveredAt: (position) => bundleEnd(log, position),
  });
};

/** One after the other: an engine that answers many people runs a few queries at a time. */
const askAll = async (
  entries: readonly Entry[],
  seed: string,
  { ask }: RehearsalWorld,
): Promise<RehearsalReport['questions']> => {
  const subjects = subjectsIn(entries, seed);
  const asked: RehearsalReport['questions'] = [];
  for (const question of QUESTIONS) {
    const parameters = parametersOf(question, subjects);
    asked.push({ question: question.name, parameters, ...(await askOne(question, parameters, entries, ask)) });
  }
  return asked;
};

const parametersOf = ({ parameters }: Question, subjects: Subjects): Record<string, string> =>
  Object.fromEntries(
    parameters
      .filter(({ otherwise }) => otherwise === undefined)
      .map(({ name, sample }) => [name, new Map(Object.entries(subjects)).get(name) ?? sample]),
  );

const askOne = async (question: Question, given: Given, entries: readonly Entry[], ask: Ask) => {
  try {
    const answer = await ask(question.name, given);
    const problems = answerProblems(question, answer, entries);
    return { rows: answer.rows.length, entries: answer.covers.entries, problems };
  } catch (cause) {
    return { rows: 0, entries: 0, problems: [`was not answered: ${String(cause).slice(0, 300).toWellFormed()}`] };
  }
};

/** An answer reaches as far as the log did, and every row of it says what the entry does that it names. */
const answerProblems = (question: Question, { covers, rows }: Answer, entries: readonly Entry[]): string[] => {
  const wrong = rows.flatMap((row) => rowProblem(question, row, covers.entries, entries) ?? []);
  return [
    ...(covers.entries < entries.length ? [`reaches ${covers.entries} of ${entries.length} entries`] : []),
    ...wrong.slice(0, 1),
  ];
};

const rowProblem = (
  { inferred = [] }: Question,
  row: Row,
  covered: number,
  entries: readonly Entry[],
): string | undefined => {
  const { leaf_index: index, event_hash: hash } = row;
  // A row of counts has no hash, and one that tells of nothing has no entry.
  if (hash === undefined || hash === '') return undefined;
  const entry = entries[Number(index)];
  // What came after the log was read.
  if (entry === undefined)
    return Number(index) < covered ? undefined : `has a row of entry ${index}, which is not there`;
  const said = new Map<string, Cell>(Object.entries(historyRow(entry, placeOf(entry, row))));
  const other = Object.entries(row).find(
    ([name, value]) => !inferred.includes(name) && said.has(name) && String(said.get(name)) !== String(value),
  );
  return other === undefined ? undefined : `has a row whose ${other[0]} is not what entry ${index} says`;
};

/** No entry of the log knows the version of its bundle. */
const placeOf = ({ index, bundleKey }: Entry, { bundle_version_id: version = '' }: Row) => ({
  ...{ leafIndex: index, bundleKey, bundleVersionId: String(version) },
});

type Proofs = {
  readonly entries: readonly Entry[];
  readonly levels: Levels;
  /** As the newest signed checkpoint says it. */
  readonly root: string;
  readonly signing: Signing;
  readonly readEvent: RehearsalWorld['readEvent'];
};

/** The object has the bytes that the log committed to; its place in the tree is proved; it follows its chain; and who decided has signed. */
const entryProblems = async (
  { event, hash, index }: Entry,
  { entries, levels, root, signing, readEvent }: Proofs,
): Promise<string[]> => {
  const bytes = await readEvent(eventKey(event));
  const size = entries.length;
  const before = entries.find((other) => other.event.model === event.model && other.event.seq === event.seq - 1);
  const isDecision = decisionOf(event.event_type) !== undefined;
  const isSigned = isDecision && (event.details['envelope'] !== undefined || signing.hasBegun(event));
  const signature = isSigned ? signing.signatureOf(event) : undefined;
  return [
    ...(bytes === undefined ? ['its object is missing'] : []),
    ...(bytes !== undefined && leafHash(bytes) !== hash ? ['its object has other bytes than the log'] : []),
    ...(rootFrom(hash, { index, size }, inclusionProof(levels, index)) === root
      ? []
      : ['its inclusion proof does not lead to the root hash']),
    ...(before !== undefined && before.hash !== event.prev ? ['it does not follow the event before it'] : []),
    ...(signature !== undefined && 'problem' in signature ? [`the decision: ${signature.problem}`] : []),
  ];
};

const recordsOf = async (
  entries: readonly Entry[],
  seed: string,
  { keys }: Signing,
  { records }: RehearsalWorld,
): Promise<RehearsalReport['records']> => {
  if (records === undefined) return [];
  const approved = entries.filter(({ event }) => event.event_type === 'release_approved');
  return Promise.all(
    sampleOf(approved, seed, SAMPLED_RECORDS).map(
      async ({
        event: {
          release_id,
          subject,
          evidence_refs: [uri = ''],
        },
      }) => {
        const digest = subject.record_sha256;
        const bytes = await records.read(uri);
        const decisionKeysPem = keys.map(({ publicKeyPem }) => publicKeyPem);
        const trusted = records.keysPem.map((recordKeyPem) => ({ recordKeyPem, decisionKeysPem }));
        return { release_id, uri, sha256: digest, problems: recordProblems(bytes, digest, trusted) };
      },
    ),
  );
};

const recordProblems = (bytes: Uint8Array | undefined, digest: string, trusted: readonly RecordKeys[]): string[] => {
  if (bytes === undefined) return ['it is missing'];
  return [
    ...(sha256(bytes) === digest ? [] : ['it is not the one that the log names']),
    ...fewest(trusted.map((keys) => verifyRecord(bytes, keys).problems)),
  ];
};

/** By the generation of the key that signed it. */
const fewest = (verdicts: readonly (readonly string[])[]): readonly string[] =>
  verdicts
    .toSorted((one, other) => one.length - other.length)
    .slice(0, 1)
    .flat();
