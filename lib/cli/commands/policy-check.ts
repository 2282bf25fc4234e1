import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PolicyCases } from '../../domain/gate/cases.ts';
import { RiskTier } from '../../domain/identifiers.ts';
import { configurationKind, loadDirectory, loadFile, loadPolicy } from '../../domain/policy/load.ts';
import { policySha256 } from '../../domain/policy/policy-record.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, count, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy check',
  parameters: ['FILE'],
  description: [
    'Validates a policy, an approver directory or a file of cases. Every problem is reported with its file, line and',
    'column, and with the word that was probably meant (exit code 1).',
  ].join('\n'),
  options: {},
  run: async ({ positionals: [file = ''] }, around) => {
    around.out(accountOf(await readFile(resolve(around.directory, file)), file));
    return EXIT.ok;
  },
});

const accountOf = (bytes: Uint8Array, file: string): string => {
  switch (configurationKind(bytes, file)) {
    case 'approvers': {
      const { people, machines = [] } = loadDirectory(bytes, file);
      return `ok: ${people.length} people and ${count(machines.length, 'machine')} in the directory`;
    }
    case 'cases':
      return `ok: ${count(loadFile(PolicyCases, bytes, file).cases.length, 'case')}`;
    default:
      return policyAccount(bytes, file);
  }
};

const policyAccount = (bytes: Uint8Array, file: string): string => {
  const policy = loadPolicy(bytes, file);
  const checks = policy.stages.reduce((sum, stage) => sum + stage.checks.length, 0);
  return [
    `ok: ${plain(policy.name)}, ${count(policy.stages.length, 'stage')}, ${count(checks, 'check')}`,
    `sha256 ${policySha256(policy)}`,
    '',
    columns(
      ['tier', 'who must approve', 'answer within', 'deadline'],
      RiskTier.options.map((tier) => {
        const { roles, sla_hours, deadline_hours } = policy.tiers[tier];
        return [tier, roles.join(', '), `${sla_hours} h`, `${deadline_hours} h`];
      }),
    ),
  ].join('\n');
};
