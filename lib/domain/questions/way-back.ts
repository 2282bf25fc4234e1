import { type Given, instant, MODEL, PROOF, type Question, type Row, shown } from './question.ts';
import { liveAfter } from './standing.ts';

type Judged = { readonly can: 'yes' | 'no'; readonly why: string };

const no = (why: string): Judged => ({ can: 'no', why });

/** What the last event of a kind said of the fallback, where one kind lifts what the other says. */
const standing = (rows: readonly Row[], set: string, lift: string): Row | undefined => {
  const last = rows.findLast(({ event_type }) => event_type === set || event_type === lift);
  return last?.['event_type'] === set ? last : undefined;
};

/**
 * Whether the model could be rolled back, as far as the log knows: which release was before it, and whether its approval is in force.
 * What lies in S3 and at the endpoint, the rollback looks at itself.
 */
const wayBackIn = (rows: readonly Row[], { at = '' }: Given): Row[] => {
  const flip = rows.findLast(({ release_id, fallback, event_type }) => isFlip(event_type) && release_id !== fallback);
  if (flip === undefined) return [];
  const fallback = String(flip['fallback']);
  const about = rows.filter(({ release_id }) => release_id === fallback && fallback !== '');
  const until = about.findLast(({ approved_until }) => approved_until !== '')?.['approved_until'] ?? '';
  const { can, why } = judged(flip, about, { until: String(until), at });
  const version = about.at(-1)?.['model_version'] ?? '';
  return [{ ...flip, live: liveAfter(flip), fallback, fallback_version: version, approved_until: until, can, why }];
};

const isFlip = (type: unknown): boolean => type === 'deployment_promoted' || type === 'rollback_executed';

const judged = (flip: Row, about: readonly Row[], { until, at }: { until: string; at: string }): Judged => {
  if (flip['event_type'] === 'rollback_executed') return no('the last act was a rollback, which leaves no way back');
  if (about.length === 0) return no('nothing was in production before');
  const suspended = standing(about, 'approval_suspended', 'approval_reinstated');
  if (suspended !== undefined) return no(`its approval is suspended: ${suspended['reason']}`);
  if (until <= at) return no(`its approval ended at ${until}`);
  if (standing(about, 'model_package_rejected', 'model_package_settled') !== undefined) {
    return no('its package was rejected by hand');
  }
  const failing = failingNow(about);
  if (failing.length > 0) return no(`${failing.join(', ')} does not pass any more`);
  return { can: 'yes', why: `until ${until}` };
};

/** The checks that suspended the approval when they were made again, and have not passed since. */
const failingNow = (about: readonly Row[]): string[] => {
  const failing = new Set<string>();
  for (const row of about) {
    const check = String(row['check_name']);
    if (row['check_status'] === 'passed') failing.delete(check);
    else if (row['outcome'] === 'suspended') failing.add(check);
  }
  return [...failing];
};

/** whether there is a way back from what is in production at an instant, and to what. */
export const WAY_BACK: Question = {
  name: 'way-back',
  title: 'Can this model be rolled back, to what, and until when?',
  parameters: [MODEL, instant('at', 'the instant')],
  subjects: ['model'],
  sql: 'way_back.sql',
  // Of the fallback, whose approval another event told of.
  inferred: ['approved_until'],
  selects: [
    shown('occurred_at', 'at'),
    shown('event_type', 'what'),
    shown('release_id', 'release'),
    shown('model_version', 'version'),
    shown('approved_until', 'approved until'),
    shown('check_name', 'check'),
    shown('check_status', 'status'),
    shown('reason', 'reason'),
    shown('outcome', 'outcome'),
    shown('to_id', 'to'),
    shown('fallback', 'fallback'),
    ...PROOF,
  ],
  shows: [
    shown('live', 'in production'),
    shown('occurred_at', 'since'),
    shown('can', 'can be rolled back'),
    shown('fallback', 'to'),
    shown('fallback_version', 'version'),
    shown('why', 'why'),
    ...PROOF,
  ],
  answer: wayBackIn,
};
