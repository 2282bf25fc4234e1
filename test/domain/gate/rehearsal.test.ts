import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { countOutcomes } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { outcomeSources, safetySources, type TablesOnDisk } from '../../../lib/adapters/counting/prediction-tables.ts';
import { timer } from '../../../lib/adapters/timer.ts';
import { signatureTrustOf } from '../../../lib/domain/checks/security-review/model-artifact-signed.ts';
import { verifyArtifactSignature } from '../../../lib/domain/evidence/artifact-signature.ts';
import { type RehearsalWorld, rehearse } from '../../../lib/domain/gate/rehearsal.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { loadDirectory, loadPolicy } from '../../../lib/domain/policy/load.ts';
import { evidenceUris, ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { Pinned } from '../../../lib/domain/release/release.ts';
import { CANARY } from '../../support/a-strategy.ts';

const pathTo = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const read = (path: string): Buffer => readFileSync(pathTo(path));
const policyText = read('policies/governance-policy.yaml').toString('utf8');
const policy = loadPolicy(Buffer.from(policyText), 'policy');
const directory = loadDirectory(read('policies/approvers.yaml'), 'approvers');

/** A version of the example, as its files lie in the repository. */
const anExample = (version: string) => {
  const file = (uri: string) => `examples/hmda-mortgage/${version}/${uri.split('/').at(-1)}`;
  const manifest = ReleaseManifest.parse(parse(read(file('release-manifest.yaml')).toString('utf8')));
  const pathOf = new Map<string, string>();
  const pin = (uri: string) => {
    const sha256 = Sha256.parse(
      createHash('sha256')
        .update(read(file(uri)))
        .digest('hex'),
    );
    pathOf.set(sha256, file(uri));
    return { sha256, sizeBytes: read(file(uri)).length };
  };
  const evidence = Object.entries(evidenceUris(manifest)).map(([name, uri]) => [name, pin(uri)]);
  const pinned = Pinned.parse({
    artifactSha256: pin(manifest.artifact_uri).sha256,
    evidence: Object.fromEntries(evidence),
  });
  const release = { manifest, pinned };
  const artifact = {
    sha256: pinned.artifactSha256,
    bytes: async () =>
      (async function* () {
        yield read(file(manifest.artifact_uri));
      })(),
  };
  const trust = {
    ...signatureTrustOf(policy.stages.flatMap(({ checks }) => checks)),
    at: Instant.parse('2027-01-01T00:00:00.000Z'),
  };
  const tables: TablesOnDisk = (copies, use) => use(copies.map(({ sha256 }) => pathTo(pathOf.get(sha256) ?? '')));
  const sources: RehearsalWorld['sources'] = {
    bytes: async (sha256) => read(pathOf.get(sha256) ?? ''),
    ...outcomeSources(release, tables),
    ...safetySources(release, tables),
    verifySignature: (signature) => verifyArtifactSignature(signature, artifact, trust),
    liveRelease: async () => undefined,
    wayBack: async () => undefined,
  };
  return { release, world: { sources, unknown: {}, timer } };
};

const withCustomCheck = loadPolicy(
  Buffer.from(
    stringify({
      ...parse(policyText),
      stages: [
        ...parse(policyText).stages,
        {
          name: 'custom_checks',
          description: 'Ours.',
          required: true,
          blocking: true,
          checks: [
            {
              name: 'drift_is_low',
              mode: 'enforce',
              lambda_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:drift:1',
            },
          ],
        },
      ],
    }),
  ),
  'policy',
);

describe('a rehearsal', () => {
  it('makes every check of the policy, and the gate holds nothing against a release that passes them', async () => {
    const { release, world } = anExample('1.1.0');

    const { checks, mismatches, assessment, outcomes } = await rehearse(release, { policy, directory }, world);

    expect(checks.map(({ name }) => name).sort()).toEqual(
      policy.stages.flatMap((stage) => stage.checks.map(({ name }) => name)).sort(),
    );
    expect(checks.filter(({ verdict, isHeldAgainst }) => verdict.status !== 'passed' || isHeldAgainst)).toEqual([]);
    expect(mismatches).toEqual([]);
    expect(assessment).toMatchObject({ tier: 'high', rule: 'regulated_area' });
    expect(outcomes?.attributes).toEqual(['race', 'marital_status']);
  });

  it('tells what the gate holds against a release that fails', async () => {
    const { release, world } = anExample('1.0.0');

    const { checks } = await rehearse(release, { policy, directory }, world);

    expect(checks.filter(({ isHeldAgainst }) => isHeldAgainst)).toMatchObject([
      { name: 'demographic_parity_within_threshold', verdict: { status: 'failed' } },
      { name: 'disparate_impact_ratio_above_minimum', verdict: { status: 'failed', measured: '0.7275' } },
    ]);
  });

  it('names a file that is not the one that the manifest means', async () => {
    const { release, world } = anExample('1.1.0');
    const changed = { ...release, pinned: { ...release.pinned, artifactSha256: Sha256.parse('0'.repeat(64)) } };

    const { mismatches } = await rehearse(changed, { policy, directory }, world);

    expect(mismatches).toMatchObject([{ rule: 'artifact_sha256' }]);
  });

  it('says that the policy demands another deployment strategy (GT-5)', async () => {
    const { release, world } = anExample('1.1.0');
    const { tiers } = policy;
    const demanding = { ...policy, tiers: { ...tiers, high: { ...tiers.high, gradual_deployment: true } } };
    const strategy = CANARY;
    const deployed = {
      ...release,
      manifest: { ...release.manifest, deployment: { ...release.manifest.deployment, strategy } },
    };

    const { deployment } = await rehearse(release, { policy: demanding, directory }, world);

    expect(deployment).toMatchObject([{ rule: 'deployment_strategy' }]);
    expect(await rehearse(deployed, { policy: demanding, directory }, world)).toMatchObject({ deployment: [] });
  });

  it('leaves out what only a deployment can tell, as no pass, and still asks for it', async () => {
    const { release, world } = anExample('1.1.0');
    const unknown = { liveRelease: 'Only the deployment knows.' };

    const { checks } = await rehearse(release, { policy: withCustomCheck, directory }, { ...world, unknown });

    const leftOut = checks.filter(({ verdict }) => verdict.status === 'not_run_here');
    expect(leftOut).toMatchObject([
      { name: 'sensitive_subgroup_not_regressed', isHeldAgainst: true, verdict: { explanation: unknown.liveRelease } },
      { name: 'drift_is_low', isHeldAgainst: true },
      { name: 'rollback_target_present', isHeldAgainst: true },
    ]);
    expect(checks.find(({ name }) => name === 'required_controls_for_tier_present')?.verdict.status).toBe('passed');
  });

  it('judges the tier without a directory of approvers, and not whether there are people', async () => {
    const { release, world } = anExample('1.1.0');

    const { checks } = await rehearse(release, { policy, directory: undefined }, world);

    const statuses = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict.status]));
    expect(statuses).toMatchObject({
      risk_tier_assigned: 'passed',
      required_controls_for_tier_present: 'not_run_here',
    });
  });

  it('counts no outcomes where no check is about them, or where they cannot be read', async () => {
    const { release, world } = anExample('1.1.0');
    const others = { ...policy, stages: policy.stages.filter(({ name }) => name !== 'bias_and_fairness') };
    const columns = { ...release.manifest.predictions, label_column: 'nowhere' };
    const table = pathTo('examples/hmda-mortgage/1.1.0/predictions.parquet');
    const sources = { ...world.sources, countOutcomes: () => countOutcomes(table, columns) };

    const without = await rehearse(release, { policy: others, directory }, world);
    const failed = await rehearse(release, { policy, directory }, { ...world, sources });

    expect(without.outcomes).toBeUndefined();
    expect(failed.outcomes).toBeUndefined();
    expect(failed.checks.find(({ name }) => name === 'disparate_impact_ratio_above_minimum')?.verdict).toMatchObject({
      status: 'error',
      explanation: expect.stringContaining('lacks column nowhere'),
    });
  });
});
