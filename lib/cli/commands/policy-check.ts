import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PolicyCases } from '../../domain/gate/cases.ts';
import { RiskTier } from '../../domain/identifiers.ts';
import { citationNotes, endedCitations } from '../../domain/policy/cited-clauses.ts';
import {
  configurationKind,
  loadDirectory,
  loadFile,
  loadPolicy,
  loadRegime,
  refusalOf,
} from '../../domain/policy/load.ts';
import { policySha256 } from '../../domain/policy/policy-record.ts';
import type { Clause, Day } from '../../domain/policy/regime.ts';
import { defineCommand, EXIT } from '../command.ts';
import { dayAsked, readRegimes } from '../files/regime-files.ts';
import { columns, count, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy check',
  parameters: ['FILE'],
  description: [
    'Validates a policy, an approver directory, a file of cases or of a regime. Every problem is reported with its file,',
    'line and column, and with the word that was probably meant (exit code 1). A policy may cite no clause that has ended.',
  ].join('\n'),
  example: 'policies/governance-policy.yaml',
  options: {
    'as-of': { type: 'string', value: 'DATE', description: 'the day on which cited clauses must hold (today)' },
    regimes: { type: 'string', value: 'DIR', description: 'the folder of regime files (policies/regimes)' },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const bytes = await readFile(resolve(around.directory, file));
    const { clauses } = await readRegimes(around, values.regimes);
    around.out(accountOf(bytes, file, { clauses, day: dayAsked(values['as-of']) }));
    return EXIT.ok;
  },
});

type Holding = { readonly clauses: readonly Clause[]; readonly day: Day };

const accountOf = (bytes: Uint8Array, file: string, holding: Holding): string => {
  switch (configurationKind(bytes, file)) {
    case 'approvers': {
      const { people, machines = [] } = loadDirectory(bytes, file);
      return `ok: ${people.length} people and ${count(machines.length, 'machine')} in the directory`;
    }
    case 'cases':
      return `ok: ${count(loadFile(PolicyCases, bytes, file).cases.length, 'case')}`;
    case 'regime':
      return `ok: ${count(loadRegime(bytes, file).clauses.length, 'clause')}`;
    default:
      return policyAccount(bytes, file, holding);
  }
};

const policyAccount = (bytes: Uint8Array, file: string, { clauses, day }: Holding): string => {
  const policy = loadPolicy(bytes, file);
  const ended = endedCitations(policy, clauses, day);
  if (ended.length > 0) throw refusalOf(bytes, file, ended);
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
    ...citationNotes(policy, clauses, day).map((note) => `note: ${plain(note)}`),
  ].join('\n');
};
