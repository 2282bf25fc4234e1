/** What was checked, and what was found: rows that several questions have. */
import * as z from 'zod';
import { listedIn } from './listed.ts';
import { aside, type Column, PROOF, type Question, type Row, shown } from './question.ts';

const text = z.string().default('');
const Verdict = z.object({ name: z.string(), mode: text, status: z.string(), measured: text, threshold: text });
type Verdict = z.infer<typeof Verdict>;

const SELECTS: readonly Column[] = [
  shown('occurred_at', 'at'),
  shown('release_id', 'release'),
  shown('model_version', 'version'),
  shown('event_type', 'what'),
  shown('stage', 'stage'),
  shown('checks', 'checks'),
  shown('checks_total', 'checks in all'),
  shown('check_name', 'check'),
  shown('check_status', 'status'),
  shown('measured', 'measured'),
  shown('threshold', 'threshold'),
  aside('attestation_sha256', 'attestation'),
  ...PROOF,
];

const SHOWS: readonly Column[] = [
  shown('occurred_at', 'at'),
  shown('release_id', 'release'),
  shown('model_version', 'version'),
  shown('stage', 'stage'),
  shown('check', 'check'),
  shown('mode', 'mode'),
  shown('status', 'status'),
  shown('measured', 'measured'),
  shown('threshold', 'threshold'),
  aside('attestation_sha256', 'attestation'),
  ...PROOF,
];

/** What is of one of the checks that an event tells of. */
export const CHECK_COLUMNS: readonly string[] = ['stage', 'measured', 'threshold'];

/** A row for each check of each stage, and for each time that one was made again. */
export const checksIn = (rows: readonly Row[]): Row[] =>
  rows.flatMap((row) =>
    row['event_type'] === 'check_reverified'
      ? [verdictRow(row, { ...againOf(row), mode: 'made again' }, '')]
      : [...listedIn(row['checks'], Verdict), ...leftOut(row)].map((verdict) =>
          verdictRow(row, verdict, String(row['stage'])),
        ),
  );

const againOf = (row: Row): Verdict => ({
  name: String(row['check_name']),
  mode: '',
  status: String(row['check_status']),
  measured: String(row['measured']),
  threshold: String(row['threshold']),
});

const verdictRow = (row: Row, { name, mode, status, measured, threshold }: Verdict, stage: string): Row => ({
  ...row,
  ...{ stage, check: name, mode, status, measured, threshold },
});

/** An event has room for so many verdicts. The attestation that it names has all of them. */
const leftOut = (row: Row): Verdict[] => {
  const more = Number(row['checks_total']) - listedIn(row['checks'], Verdict).length;
  return more > 0
    ? [{ name: `${more} more`, mode: '', status: 'in the attestation', measured: '', threshold: '' }]
    : [];
};

/** What a question has in common with others whose rows are such checks. */
export const OF_CHECKS: Pick<Question, 'inferred' | 'selects' | 'shows' | 'answer'> = {
  inferred: CHECK_COLUMNS,
  selects: SELECTS,
  shows: SHOWS,
  answer: checksIn,
};
