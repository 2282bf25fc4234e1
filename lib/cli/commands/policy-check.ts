import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PolicyCases } from '../../domain/gate/cases.ts';
import { RiskTier } from '../../domain/identifiers.ts';
import { approvalStages } from '../../domain/policy/approval-stages.ts';
import { citationNotes, endedCitations } from '../../domain/policy/cited-clauses.ts';
import { diffPolicies } from '../../domain/policy/diff-policies.ts';
import { scopeInWords } from '../../domain/policy/diff-scoped-policies.ts';
import {
  configurationKind,
  type Judge,
  loadDirectory,
  loadFile,
  loadPolicy,
  loadRegime,
} from '../../domain/policy/load.ts';
import type { LoadedPolicies } from '../../domain/policy/load-policies.ts';
import { ModelInventory } from '../../domain/policy/model-inventory.ts';
import { PolicyOverlay } from '../../domain/policy/overlay.ts';
import { type PolicyRecord, policySha256 } from '../../domain/policy/policy-record.ts';
import type { Clause, Day } from '../../domain/policy/regime.ts';
import { SIDE_BY_SIDE } from '../../domain/policy/review-order.ts';
import { defineCommand, EXIT } from '../command.ts';
import { isFolder, loadPoliciesAt } from '../files/policy-file.ts';
import { dayAsked, readRegimes } from '../files/regime-files.ts';
import { columns, count, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy check',
  parameters: ['PATH'],
  description: [
    'Validates a policy, an approver directory, a file of cases or of a regime, or a folder: one base policy, overlays that are',
    'stricter, and a list of models. Every problem is reported at once, with its file, line and column, and with the word that was',
    'probably meant (exit code 1). A policy may cite no clause that has ended.',
  ].join('\n'),
  example: 'policies/governance-policy.yaml',
  options: {
    'as-of': { type: 'string', value: 'DATE', description: 'the day on which cited clauses must hold (today)' },
    regimes: { type: 'string', value: 'DIR', description: 'the folder of regime files (policies/regimes)' },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const { clauses } = await readRegimes(around, values.regimes);
    const holding = { clauses, day: dayAsked(values['as-of']) };
    if (await isFolder(resolve(around.directory, file))) {
      around.out(policiesAccount(await loadPoliciesAt(around, file, judgeOf(holding)), holding));
      return EXIT.ok;
    }
    const bytes = await readFile(resolve(around.directory, file));
    around.out(accountOf(bytes, file, holding));
    return EXIT.ok;
  },
});

type Holding = { readonly clauses: readonly Clause[]; readonly day: Day };

/** What a policy cites is a fault of it on the day when it has ended. */
const judgeOf =
  ({ clauses, day }: Holding): Judge =>
  (document) =>
    endedCitations(document, clauses, day);

const accountOf = (bytes: Uint8Array, file: string, holding: Holding): string => {
  switch (configurationKind(bytes, file)) {
    case 'approvers': {
      const { people, machines = [] } = loadDirectory(bytes, file);
      return `ok: ${people.length} people and ${count(machines.length, 'machine')} in the directory`;
    }
    case 'cases':
      return `ok: ${count(loadFile(PolicyCases, bytes, file).cases.length, 'case')}`;
    case 'overlay':
      return `ok: overlay ${loadFile(PolicyOverlay, bytes, file).name}; check its folder to compare it with its base`;
    case 'models':
      return `ok: ${count(loadFile(ModelInventory, bytes, file).models.length, 'model')}`;
    case 'regime':
      return `ok: ${count(loadRegime(bytes, file).clauses.length, 'clause')}`;
    default:
      return policyAccount(bytes, file, holding);
  }
};

/** The base in full, and what each overlay is for. */
const policiesAccount = ({ base, overlays, inventory }: LoadedPolicies, holding: Holding): string => {
  return [
    policyAccount(base.source.bytes, base.source.file, holding),
    '',
    columns(
      ['overlay', 'for', 'stricter in', 'sha256'],
      overlays.map(({ name, scope, policy, sha256 }) => [
        name,
        scopeInWords(scope),
        count(diffPolicies(base.policy, policy).length, 'demand'),
        sha256,
      ]),
    ),
    ...(inventory === undefined ? [] : [`${count(inventory.models.length, 'model')} listed`]),
  ].join('\n');
};

const policyAccount = (bytes: Uint8Array, file: string, holding: Holding): string => {
  const policy = loadPolicy(bytes, file, judgeOf(holding));
  const { clauses, day } = holding;
  const checks = policy.stages.reduce((sum, stage) => sum + stage.checks.length, 0);
  return [
    `ok: ${plain(policy.name)}, ${count(policy.stages.length, 'stage')}, ${count(checks, 'check')}`,
    `sha256 ${policySha256(policy)}`,
    '',
    columns(
      ['tier', 'who must approve', 'answer within', 'deadline'],
      RiskTier.options.map((tier) => {
        const { sla_hours, deadline_hours } = policy.tiers[tier];
        return [tier, approversOf(policy, tier), `${sla_hours} h`, `${deadline_hours} h`];
      }),
    ),
    ...citationNotes(policy, clauses, day).map((note) => `note: ${plain(note)}`),
  ].join('\n');
};

/** Such as `technical: ml_lead, then deployment: release_manager`. */
const approversOf = (policy: PolicyRecord, tier: RiskTier): string => {
  const staged = approvalStages(policy, { riskTier: tier });
  if (staged === undefined) return policy.tiers[tier].roles.join(', ');
  const stages = staged.stages.map(({ name, roles }) => `${name}: ${roles.join(', ')}`);
  return stages.join(staged.order === SIDE_BY_SIDE ? '; ' : ', then ');
};
