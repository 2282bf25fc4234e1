import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type CaseResult, PolicyCases, testPolicies } from '../../domain/gate/cases.ts';
import { loadFile } from '../../domain/policy/load.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { readPolicies } from '../files/policy-file.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy test',
  parameters: ['FILE'],
  description: [
    'Runs a policy against a file of cases, which say what tier, roles, outcome and reasons to expect from given facts',
    'and checks. Exit code 1 if the result of a case differs.',
  ].join('\n'),
  example: 'policies/cases/mortgage-credit.yaml',
  options: {
    policy: {
      type: 'string',
      description: 'the policy, or the folder of policies, to test (the one named in the file of cases)',
    },
    json: { type: 'boolean', description: 'print the results as JSON' },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const { policy: named, cases } = loadFile(PolicyCases, await readFile(resolve(around.directory, file)), file);
    const policyFile = values.policy ?? (named === undefined ? undefined : join(dirname(file), named));
    if (policyFile === undefined) throw new UsageError(`${plain(file)} names no policy: pass one with --policy`);
    const results = testPolicies(await readPolicies(around, policyFile), cases);
    around.out(values.json ? jsonText(results) : accountOf(results, policyFile));
    return results.every(({ mismatches }) => mismatches.length === 0) ? EXIT.ok : EXIT.no;
  },
});

const accountOf = (results: readonly CaseResult[], policyFile: string): string => {
  const failed = results.filter(({ mismatches }) => mismatches.length > 0);
  return [
    ...results.map(({ name, mismatches }) =>
      mismatches.length === 0 ? `ok      ${plain(name)}` : `NOT OK  ${plain(name)}\n${indented(tableOf(mismatches))}`,
    ),
    '',
    failed.length === 0
      ? `ok: ${plain(policyFile)} decides ${count(results.length, 'case')} as expected`
      : `NOT OK: ${plain(policyFile)} decides ${failed.length} of ${count(results.length, 'case')} differently`,
  ].join('\n');
};

const tableOf = (mismatches: CaseResult['mismatches']): string =>
  columns(
    ['', 'expected', 'got'],
    mismatches.map(({ about, expected, got }) => [about, expected, got]),
  );

const indented = (text: string): string => text.replaceAll(/^/gm, '        ');
