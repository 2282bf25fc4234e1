import * as z from 'zod';
import { nearestWord } from '../../domain/spelling.ts';
import { ApiRefusal, callApi } from '../client/api.ts';
import { type Connection, connect } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { untilEnded } from '../client/until-ended.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';
import { assertDates } from './signatures.ts';

const Judged = z.object({
  releases: z.array(z.object({ release_id: z.string(), state: z.string(), status: z.string(), judged_at: z.string() })),
});
const Ordered = z.object({ former_at: z.string().optional() });
const Made = z.object({
  reverifications: z.array(
    z.object({
      check: z.string(),
      at: z.string(),
      status_before: z.string(),
      status: z.string(),
      explanation: z.string().default(''),
      outcome: z.string().default(''),
    }),
  ),
});
/** What a check says of a release now, or why it was not made again. */
type Reverified = Omit<z.infer<typeof Made>['reverifications'][number], 'at'> & { readonly release_id: string };

/** The Lambda of the stage may have to start, and to count a large table. */
const LIMIT_MS = 15 * 60_000;

export const command = defineCommand({
  name: 'reverify',
  parameters: [],
  description: [
    'Makes a check again, by the code that is deployed now, on every release that it judged and that was approved in a period, or',
    'waited for that in it. Where it had passed and does not any more, the approval is suspended until it does.',
    'Without --make it only lists them. The exit code is 1 if one does not pass any more.',
  ].join('\n'),
  example: '--check accuracy_above_minimum --from 2026-11-01 --to 2026-11-07 --make',
  options: {
    check: { type: 'string', isRequired: true, description: 'the name of the check' },
    from: { type: 'string', isRequired: true, description: 'the first date or time of the period, ISO 8601' },
    to: { type: 'string', description: 'the last one; a date includes its whole day (now)' },
    make: { type: 'boolean', description: 'make the check, as an operator' },
    json: { type: 'boolean', description: 'print the answers of the API as JSON' },
  },
  run: async ({ values }, around) => {
    const { check, from, to = new Date().toISOString() } = values;
    assertDates('reverify', { from, to });
    const connection = await connect(around);
    const path = ['canaries', check, 'releases'];
    const query = { from, until: to };
    const call = { method: 'GET', path, query, role: 'auditor' } as const;
    const { releases } = Judged.parse(await readPages(connection, call, { of: 'releases', say: around.err }));
    if (releases.length === 0) await assertKnown(check);
    if (!values.make) {
      around.out(values.json ? jsonText({ releases }) : listOf(releases));
      return EXIT.ok;
    }
    const made: Reverified[] = [];
    for (const { release_id: releaseId } of releases) {
      around.err(`${check} of ${releaseId}, ${made.length + 1} of ${releases.length} …`);
      made.push({ release_id: releaseId, ...(await makeAgain(connection, releaseId, check)) });
    }
    around.out(values.json ? jsonText({ reverified: made }) : accountOf(made));
    return made.some(isWorse) ? EXIT.no : EXIT.ok;
  },
});

/** A misspelt name must not look like a check that nothing rests on. What a deployment knows of another version, it has found. */
const assertKnown = async (check: string): Promise<void> => {
  const { CHECKS } = await import('../../domain/checks/known-checks.ts');
  const names = CHECKS.map(({ name }) => name);
  if (names.includes(check)) return;
  const meant = nearestWord(check, names);
  throw new UsageError(`there is no check ${check}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
};

/** What is refused for good is an answer about one release, and no end of the others. */
const makeAgain = async (connection: Connection, releaseId: string, check: string) => {
  const path = ['releases', releaseId, 'reverifications'];
  try {
    const order = { method: 'POST', path, role: 'operator', body: { check } } as const;
    const { former_at: former } = await callApi(connection, order, Ordered);
    const answer = { method: 'GET', path, role: 'auditor' } as const;
    return await untilFound(async () => {
      const { reverifications } = await callApi(connection, answer, Made);
      return reverifications.find((one) => one.check === check && one.at !== former);
    });
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.name !== 'ReverificationImpossible') throw error;
    return { check, status_before: '', status: 'not made', explanation: error.message, outcome: '' };
  }
};

const untilFound = async <T>(read: () => Promise<T | undefined>): Promise<T> => {
  const found = await untilEnded({ read, hasEnded: (one) => one !== undefined, show: () => {}, limitMs: LIMIT_MS });
  if (found === undefined) throw new Error('what has ended is not there');
  return found;
};

const isWorse = (one: Reverified): boolean => one.status_before === 'passed' && one.status !== 'passed';

const NOTHING_RESTS = 'no release that rests on it was approved then, or waited for that';

const listOf = (releases: z.infer<typeof Judged>['releases']): string =>
  releases.length === 0
    ? NOTHING_RESTS
    : columns(
        ['release', 'state', 'it said', 'at'],
        releases.map((one) => [one.release_id, one.state, one.status, one.judged_at]),
      );

const accountOf = (made: readonly Reverified[]): string =>
  made.length === 0
    ? NOTHING_RESTS
    : columns(
        ['release', 'before', 'now', 'approval', 'why'],
        made.map((one) => [
          one.release_id,
          one.status_before,
          one.status,
          one.outcome,
          one.status === 'passed' ? '' : one.explanation,
        ]),
      );
