import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { CheckDocument } from '../../../lib/cli/commands/check-document.ts';
import { CANARY } from '../../support/a-strategy.ts';
import { aDirectory, assay, type Outcome } from '../assay.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/hmda-mortgage');
const POLICY = readFileSync(join(ROOT, 'policies/governance-policy.yaml'), 'utf8');
const S3 = 's3://assay-example-models/hmda-mortgage';
const NO_AWS = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1', HOME: '/nonexistent' };

/** A directory with policies, and a copy of one version of the example in `release`. */
const aSubmission = (version = '1.1.0', files: Record<string, string | Uint8Array> = {}): string => {
  const directory = aDirectory();
  cpSync(join(ROOT, 'policies'), join(directory, 'policies'), { recursive: true });
  cpSync(join(EXAMPLE, version), join(directory, 'release'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
};

const MANIFEST = 'release/release-manifest.yaml';
type Manifest = Record<string, unknown> & { further_evidence: Record<string, string>; predictions: { uri: string } };
/** Changes the manifest in a directory. */
const edit = (directory: string, change: (manifest: Manifest) => object): void => {
  const file = join(directory, MANIFEST);
  writeFileSync(file, stringify(change(parse(readFileSync(file, 'utf8')))));
};
const onlyPaths = (manifest: Manifest): Manifest =>
  JSON.parse(JSON.stringify(manifest).replaceAll(`${S3}/1.1.0/`, '').replaceAll(`${S3}/1.0.0/`, ''));

const check = (directory: string, ...args: string[]): Promise<Outcome> =>
  assay(directory, ['check', MANIFEST, ...args], NO_AWS);
const checkJson = async (directory: string, ...args: string[]) => {
  const { code, out } = await check(directory, '--json', ...args);
  return { code, document: CheckDocument.parse(JSON.parse(out)) };
};

describe('assay check', () => {
  it('passes the shipped example without AWS, and says what only the deployment can tell', async () => {
    const { code, out, err } = await assay(
      ROOT,
      ['check', 'examples/hmda-mortgage/1.1.0/release-manifest.yaml'],
      NO_AWS,
    );

    expect(code).toBe(0);
    // On a slow machine it says what takes so long.
    expect(err).toMatch(/^(checking \S+ …\n?)*$/);
    expect(out).toContain('9 files from examples/hmda-mortgage/1.1.0');
    expect(out).toMatch(
      /✓ passed {2}disparate_impact_ratio_above_minimum\n +measured: 0\.8478; threshold: at least 0\.80/,
    );
    expect(out).toContain('- not run here  rollback_target_present');
    expect(out).toMatch(/not passed\s+yet:\s+sensitive_subgroup_not_regressed,\s+rollback_target_present\.\n/);
    expect(out.trimEnd()).toMatch(/\nAll 23 checks that were run here pass\.$/);
  });

  it('fails the plain model, with what was measured, a picture, and what to do', async () => {
    const { code, out } = await check(aSubmission('1.0.0'), '--first-release');

    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ failed, blocks {2}disparate_impact_ratio_above_minimum\n +measured: 0\.7275; threshold: at least 0\.80/,
    );
    expect(out).toMatch(/retrain with a\s+fairness\s+constraint/);
    expect(out).toMatch(/favorable outcomes by race\n.*african_american.*below 4\/5: 0\.7275/);
    expect(out).not.toContain('by marital_status');
    expect(out.trimEnd()).toMatch(/\n2 of 25 checks do not pass; 2 of them block the release\.$/);
  });

  it('prints a document that other programs can read', async () => {
    const { code, document } = await checkJson(aSubmission('1.0.0'));

    expect(code).toBe(1);
    expect(document).toMatchObject({
      release_id: 'hmda-mortgage-1.0.0',
      risk_tier: { tier: 'high' },
      summary: { outcome: 'deny', checks: 25, passed: 21, not_passed: 2, blocking: 2 },
    });
    expect(document.checks.filter(({ blocks }) => blocks).map(({ name, measured }) => [name, measured])).toEqual([
      ['demographic_parity_within_threshold', '0.2402'],
      ['disparate_impact_ratio_above_minimum', '0.7275'],
    ]);
  });

  it('says of each check how it is known: what somebody wrote is attested (CK-16)', async () => {
    const { out } = await check(aSubmission());
    const { document } = await checkJson(aSubmission());

    expect(out).toMatch(/inference_endpoint_tls_configured\n +measured: [^;]*; threshold: [^;]*; attested/);
    expect(out).toMatch(
      /disparate_impact_ratio_above_minimum\n +measured: 0\.8478; threshold: at least 0\.80; counted/,
    );
    const known = Object.fromEntries(document.checks.map(({ name, known_by }) => [name, known_by]));
    expect(known).toMatchObject({
      edge_case_inputs_handled: 'attested',
      input_validation_configured: 'attested',
      training_data_sources_documented: 'attested',
      model_artifact_signed: 'verified',
      rollback_target_present: '',
    });
  });

  it('says of a lower tier what it takes, before anybody is asked (RT-3)', async () => {
    const directory = aSubmission();
    const reason = 'It ranks our own reports, and no customer sees any of it.';
    edit(directory, (manifest) => ({ ...manifest, declared_risk_tier: 'low', risk_tier_override: { reason } }));

    const { out } = await check(directory);
    const { document } = await checkJson(directory);

    expect(out).toMatch(/risk tier +low in place of high by \w+\n/);
    expect(out).toContain('counts only with the approval of risk_owner and compliance_officer, each another person');
    expect(document.risk_tier).toMatchObject({
      tier: 'low',
      declared: 'low',
      override: { declared: 'low', computed: 'high', reason, roles: ['risk_owner', 'compliance_officer'] },
    });
  });

  it('refuses an override that lowers nothing', async () => {
    const directory = aSubmission();
    const reason = 'It ranks our own reports, and no customer sees any of it.';
    edit(directory, (manifest) => ({ ...manifest, declared_risk_tier: 'high', risk_tier_override: { reason } }));

    const { code, err } = await check(directory);

    expect(code).toBe(1);
    expect(err).toMatch(/risk_tier_override +lowers nothing: high is declared, and rule \w+ gives high/);
  });

  it('says of a first release that nothing was left out', async () => {
    const { code, out } = await check(aSubmission(), '--first-release');

    expect(code).toBe(0);
    expect(out.trimEnd()).toMatch(/\nAll 25 checks pass\.$/);
  });

  it('reads files by paths, which start from the folder of the manifest', async () => {
    const directory = aSubmission();
    edit(directory, (manifest) => ({ ...onlyPaths(manifest), artifact_uri: join(directory, 'release/model.onnx') }));

    const { code, document } = await checkJson(directory, '--from-s3');

    expect(code).toBe(0);
    expect(document.files.map(({ where }) => where)).toContain(join(directory, 'release/predictions.parquet'));
  });

  it('finds files of S3 in the folders that --at names', async () => {
    const directory = aSubmission();

    const { code } = await check(directory, '--from-s3', '--at', `${S3}/1.1.0/=release`, '--at', 's3://assay=nowhere');

    expect(code).toBe(0);
  });

  it('takes no file from beside the manifest for one that is elsewhere in S3', async () => {
    const directory = aSubmission();
    edit(directory, (manifest) => ({ ...manifest, model_card_uri: `${S3}/1.0.0/model-card.yaml` }));

    const { code, err } = await check(directory);

    expect(code).toBe(2);
    expect(err).toMatch(
      /^model_card_uri +s3:\S+1\.0\.0\/model-card\.yaml needs AWS credentials, and none are found here$/m,
    );
    expect(err).toContain('--at S3_PREFIX=DIR');
  });

  it('names every field whose file is not there, and every other fault of the manifest', async () => {
    const directory = aSubmission();
    edit(directory, ({ git_commit: _, ...manifest }) => ({
      ...onlyPaths(manifest as Manifest),
      artifact_uri: 'lost.onnx',
      model_card_uri: '.',
      data_provenance_uri: 'https://example.com/provenance.yaml',
    }));

    const { code, out, err } = await check(directory);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^artifact_uri +\/.*\/release\/lost\.onnx is not there$/m);
    expect(err).toMatch(/^model_card_uri +\/.*\/release is not a file$/m);
    expect(err).toMatch(/^data_provenance_uri +must be s3:\/\/BUCKET\/KEY$/m);
    expect(err).toMatch(/^git_commit +is missing$/m);
  });

  it('exits with 2 when only a file is missing', async () => {
    const { code, err } = await check(aSubmission(), '--from-s3', '--at', `${S3}=nowhere`);

    expect(code).toBe(2);
    expect(err).toMatch(/^predictions\.uri +.*is not there$/m);
    expect(err).toMatch(/^further_evidence\.edge_case_results +.*is not there$/m);
  });

  it('blocks an artifact and evidence that are not what the manifest says', async () => {
    const artifact = readFileSync(join(EXAMPLE, '1.1.0/model.onnx'));
    artifact[artifact.length - 1] = (artifact.at(-1) ?? 0) ^ 1;
    const directory = aSubmission('1.1.0', { 'release/model.onnx': artifact });
    edit(directory, (manifest) => ({ ...manifest, evidence_sha256: { model_card: '0'.repeat(64) } }));

    const { code, document } = await checkJson(directory);
    const { out } = await check(directory);

    const found = createHash('sha256').update(artifact).digest('hex');
    expect(code).toBe(1);
    expect(document.mismatches).toMatchObject([
      { rule: 'artifact_sha256', explanation: expect.stringContaining(`hashes to ${found}`) },
      { rule: 'evidence_sha256.model_card' },
    ]);
    expect(document.checks.find(({ name }) => name === 'model_artifact_signed')?.status).toBe('failed');
    expect(out).toContain('✗ failed, blocks  artifact_sha256');
    expect(out.trimEnd()).toMatch(/\n2 files do not match the manifest, which blocks the release\.$/);
  });

  it('blocks a release that is not deployed as the policy demands it (GT-5)', async () => {
    const demanding = POLICY.replace(/^ {2}high:\n/m, '$&    gradual_deployment: true\n');
    const directory = aSubmission('1.1.0', { 'policies/governance-policy.yaml': demanding });

    const { code, document } = await checkJson(directory);
    const { out } = await check(directory);

    expect(code).toBe(1);
    expect(document.deployment).toMatchObject([{ rule: 'deployment_strategy' }]);
    expect(document.summary).toMatchObject({ outcome: 'deny', blocking: 0 });
    expect(out).toContain('✗ failed, blocks  deployment_strategy');
    expect(out.trimEnd()).toMatch(/\nThe policy asks for another deployment strategy, which blocks the release\.$/);
    edit(directory, (manifest) => ({
      ...manifest,
      deployment: { ...Object(manifest['deployment']), instance_count: 2, strategy: CANARY },
    }));
    expect(await checkJson(directory)).toMatchObject({ code: 0, document: { deployment: [] } });
  });

  it('gives an error to the checks on evidence that cannot be read', async () => {
    const { code, document } = await checkJson(aSubmission('1.1.0', { 'release/model-card.yaml': '{' }));

    const card = document.checks.filter(({ stage }) => stage === 'model_card');
    expect(code).toBe(1);
    expect(card.filter(({ status }) => status === 'error')).not.toEqual([]);
    expect(card.filter(({ status, blocks }) => status === 'passed' || !blocks)).toEqual([]);
  });

  it('does not block on a check that only warns', async () => {
    const lax = POLICY.replace(/(name: disparate_impact_ratio_above_minimum\n +mode: )enforce/, '$1warn').replace(
      'maximum: "0.20"',
      'maximum: "0.30"',
    );
    const { code, out } = await check(aSubmission('1.0.0', { 'lax.yaml': lax }), '--policy', 'lax.yaml');

    expect(code).toBe(0);
    expect(out).toContain('✗ failed, does not block  disparate_impact_ratio_above_minimum');
    expect(out.trimEnd()).toMatch(/1 of 23 checks that were run here does not pass; 0 of them block the release\.$/);
  });

  it('leaves a custom check to the deployment, and names it', async () => {
    const policy = parse(POLICY);
    const lambda_arn = 'arn:aws:lambda:eu-central-1:123456789012:function:drift:1';
    const checks = [{ name: 'drift_is_low', mode: 'enforce', lambda_arn }];
    policy.stages.push({ name: 'custom_checks', description: 'Ours.', required: true, blocking: true, checks });

    const directory = aSubmission('1.1.0', { 'custom.yaml': stringify(policy) });
    const { code, document } = await checkJson(directory, '--policy', 'custom.yaml', '--first-release');

    expect(code).toBe(0);
    expect(document.checks.find(({ name }) => name === 'drift_is_low')).toMatchObject({
      status: 'not_run_here',
      blocks: false,
      explanation: expect.stringContaining(lambda_arn),
    });
    expect(document.summary.not_run_here).toEqual(['drift_is_low']);
  });

  it('says without a directory of approvers that it cannot tell whether anybody can approve', async () => {
    const directory = aDirectory({ 'policy.yaml': POLICY });
    cpSync(join(EXAMPLE, '1.1.0'), join(directory, 'release'), { recursive: true });

    const { code, out } = await check(directory, '--policy', 'policy.yaml', '--first-release');

    expect(code).toBe(0);
    expect(out).toMatch(/- not run here {2}required_controls_for_tier_present\n +It looks for people who may approve/);
  });

  it('lets no file steer the terminal', async () => {
    const hostile = '"e]0;xa\u009b2J\u202e": 1\n';
    const card = readFileSync(join(EXAMPLE, '1.1.0/model-card.yaml'), 'utf8');
    const directory = aSubmission('1.1.0', {
      'release/data-provenance.yaml': hostile,
      'release/model-card.yaml': card.replace(/^intended_use:/m, `${hostile}intended_use:`),
      'release/evaluation.json': '{"metrics": "\u001b[2J\u009b2J"}',
    });

    const people = await check(directory);
    const programs = await check(directory, '--json');

    expect(people.code).toBe(1);
    for (const { out } of [people, programs]) {
      expect(out).toContain(']0;x');
      expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it.each([
    [['--policy', 'nowhere.yaml'], 'there is no nowhere.yaml here'],
    [['--approvers', 'nowhere.yaml'], 'there is no nowhere.yaml here'],
    [['--at', 'release'], '--at needs S3_PREFIX=DIR'],
    [['--loud'], 'check does not understand --loud'],
    [['another.yaml'], 'does not understand another.yaml'],
  ])('exits with 2 when it cannot be done: %j', async (args, message) => {
    const { code, out, err } = await check(aSubmission(), ...args);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  it('refuses a policy and a manifest that cannot be used, with 1', async () => {
    const typo = POLICY.replace('disparate_impact_ratio_above_minimum', 'disparate_impact_ratio_over_minimum');
    const directory = aSubmission('1.1.0', { 'typo.yaml': typo, 'broken.yaml': '{' });

    expect(await check(directory, '--policy', 'typo.yaml')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/typo\.yaml:\d+:\d+ +.*disparate_impact/),
    });
    expect(await assay(directory, ['check', 'broken.yaml'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
  });

  it('runs every other check before the model is signed, and says how to sign it', async () => {
    const directory = aSubmission();
    edit(directory, (manifest) => {
      const { further_evidence, ...rest } = onlyPaths(manifest);
      return { ...rest, further_evidence: { ...further_evidence, artifact_signature: 'new.sig' } };
    });

    const { code, out } = await check(directory);
    const { document } = await checkJson(directory);

    expect(code).toBe(1);
    expect(out).toMatch(/✗ not provided, blocks {2}model_artifact_signed[^✓]*Sign\s+it\s+with\s+assay\s+sign/s);
    expect(out).toContain('✓ passed  intended_use_defined');
    expect(out).toMatch(
      /is not signed yet, and assay push refuses it until it is: assay sign \S+ --key FILE --out \S+new\.sig/,
    );
    expect(document.not_signed).toBe('further_evidence.artifact_signature');
    expect(document.summary.outcome).toBe('deny');
  });

  it('exits with 2 for a manifest that is not there', async () => {
    const directory = aSubmission();

    expect((await assay(directory, ['check', 'nowhere.yaml'])).code).toBe(2);
    expect((await assay(directory, ['check'])).code).toBe(2);
  });

  it('explains its exit codes', async () => {
    const { out } = await assay(ROOT, ['check', '--help']);

    expect(out).toContain('Exit code 1: a blocking check does not pass');
    expect(out).toContain('--at S3_PREFIX=DIR');
  });
});
