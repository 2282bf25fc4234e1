/** Folders of policies for tests: the shipped one as the base, and overlays of a few lines. */
import { readFileSync } from 'node:fs';
import {
  type FoundFile,
  type LoadedPolicies,
  loadPolicies,
  scopedPolicies,
} from '../../../lib/domain/policy/load-policies.ts';
import { type Policies, policyOf } from '../../../lib/domain/policy/scoped-policies.ts';
import { POLICIES } from './shipped.ts';

export const BASE = readFileSync(new URL('governance-policy.yaml', POLICIES), 'utf8');

/** The rules of the base, of which the last gives tier medium; and a demand of tier low, which that takes away. */
export const RAISED = BASE.slice(BASE.indexOf('tier_rules:'), BASE.indexOf('\ntiers:')).replace(
  'tier: low',
  'tier: medium',
);
export const LOW_NEEDS_RISK_OWNER = 'tiers: { low: { roles: [ml_lead, risk_owner] } }';

export const aFile = (file: string, text: string | undefined): FoundFile => ({
  file,
  name: file.slice(file.lastIndexOf('/') + 1),
  bytes: text === undefined ? undefined : new TextEncoder().encode(text),
});

/** An overlay of every model, unless its lines have a scope of their own. */
export const anOverlay = (name: string, ...lines: string[]): FoundFile =>
  aFile(
    `p/${name}.yaml`,
    [
      'schema_version: 1',
      `name: ${name}`,
      ...(lines[0]?.startsWith('scope') ? [] : ['scope: { models: ["*"] }']),
      ...lines,
    ].join('\n'),
  );

export const MODELS = aFile(
  'p/models.yaml',
  [
    'schema_version: 1',
    'models:',
    '  - { name: offers, tags: { line: marketing } }',
    '  - { name: cards, tags: { line: credit } }',
  ].join('\n'),
);

/** With the shipped policy as the base, at `p/base.yaml`. */
export const load = (...files: FoundFile[]): LoadedPolicies =>
  loadPolicies('p', [aFile('p/base.yaml', BASE), ...files]);

export const deployed = (...files: FoundFile[]): Policies => {
  const loaded = load(...files);
  return { base: loaded.base.policy, scoped: scopedPolicies(loaded) };
};

export const policyFor = (model: string, ...files: FoundFile[]) => policyOf(deployed(...files), model).policy;
