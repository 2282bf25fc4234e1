import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { PastRelease, type Replay, replayRelease } from '../../domain/gate/replay-release.ts';
import { type Policies, policyOf } from '../../domain/policy/scoped-policies.ts';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { DEFAULT_POLICY, readPolicies } from '../files/policy-file.ts';
import { inSnakeCase } from '../terminal/snake-case.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

/** An export holds the API's answer for each release, unchanged. */
const Export = z.object({ releases: z.array(z.unknown()) });
const List = z.object({ releases: z.array(z.object({ release_id: z.string() })) });

export const command = defineCommand({
  name: 'policy replay',
  parameters: [],
  description: [
    'Shows which past releases a policy would have decided differently, and why. Checks are not run again: each recorded',
    'measurement is compared with the new limit, and every other verdict stands. Exit code 1 if any decision differs.',
  ].join('\n'),
  example: '--policy stricter.yaml',
  options: {
    policy: { type: 'string', description: `the policy, or the folder of policies, to replay (${DEFAULT_POLICY})` },
    from: { type: 'string', description: 'read the releases from a file that --save wrote, not from the API' },
    save: { type: 'string', description: 'also write the releases to this file' },
    json: { type: 'boolean', description: 'print the replays as JSON' },
  },
  run: async ({ values }, around) => {
    const policies = await readPolicies(around, values.policy ?? DEFAULT_POLICY);
    const releases = values.from === undefined ? await fetchReleases(around) : await readExport(around, values.from);
    if (values.save !== undefined) {
      await writeFile(resolve(around.directory, values.save), `${JSON.stringify({ releases }, null, 2)}\n`);
    }
    const replays = releases.map((release) => replayed(policies, PastRelease.parse(release)));
    around.out(values.json ? jsonText(inSnakeCase(replays)) : accountOf(replays));
    return replays.some(({ isOtherwise }) => isOtherwise) ? EXIT.no : EXIT.ok;
  },
});

/** By the policy that would apply to its model today. */
const replayed = (policies: Policies, past: PastRelease): Replay =>
  replayRelease(policyOf(policies, past.release.model_name).policy, past);

const SAID_EACH = 100;

/** What the gate and people decided is among the first events of a release, which its story has. */
const fetchReleases = async (around: Surroundings): Promise<unknown[]> => {
  const connection = await connect(around);
  const get = <T>(path: readonly string[], answer: z.ZodType<T>) =>
    callApi(connection, { method: 'GET', path, role: 'auditor' }, answer);
  const call = { method: 'GET', path: ['releases'], query: { order: 'oldest' }, role: 'auditor' } as const;
  const { releases } = List.parse(await readPages(connection, call, { of: 'releases', say: around.err }));
  const ids = [...new Set(releases.map(({ release_id: id }) => id))];
  const found: unknown[] = [];
  for (const id of ids) {
    found.push(await get(['releases', id], z.unknown()));
    if (found.length % SAID_EACH === 0) around.err(`${found.length} of ${count(ids.length, 'release')} …`);
  }
  return found;
};

const readExport = async ({ directory }: Surroundings, file: string): Promise<unknown[]> => {
  const found = Export.safeParse(jsonOf(await readFile(resolve(directory, file), 'utf8')));
  if (!found.success) throw new UsageError(`${plain(file)} is not a file that --save wrote`);
  return found.data.releases;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const accountOf = (replays: readonly Replay[]): string => {
  const otherwise = replays.filter(({ isOtherwise }) => isOtherwise);
  const summary = `${otherwise.length} of ${count(replays.length, 'release')} would have been decided differently`;
  if (otherwise.length === 0) return summary;
  return [
    columns(
      ['release', 'then', 'now', 'tier'],
      otherwise.map(({ releaseId, verdictThen, verdictNow, tierThen, tierNow }) => [
        releaseId,
        verdictThen,
        verdictThen === verdictNow ? `${verdictNow}, by other approvers` : verdictNow,
        tierThen === tierNow ? tierNow : `${tierThen}, now ${tierNow}`,
      ]),
    ),
    '',
    ...otherwise.flatMap(({ releaseId, why }) => [plain(releaseId), ...why.map((reason) => `  ${plain(reason)}`)]),
    '',
    summary,
  ].join('\n');
};
