import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { clauseDays } from '../../lib/domain/policy/clause-days.ts';
import { loadRegime } from '../../lib/domain/policy/load.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { CanonicalFile } from '../../lib/infra/constructs/canonical-file.ts';
import { deployedBytes, SHIPPED_DIRECTORY, SHIPPED_POLICY } from '../support/deployed-files.ts';
import { coreStack, textOf } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const REGIMES = join(PROJECT, 'policies/regimes');
const SHIPPED_CLAUSES = readdirSync(REGIMES)
  .sort()
  .flatMap((name) => loadRegime(readFileSync(join(REGIMES, name)), name).clauses);
const WRITTEN = readFileSync(join(PROJECT, 'policies/governance-policy.yaml'), 'utf8');

/** The core stack with a policy of this text. */
const stackWith = (policy: string): Stack => {
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, policy);
  return coreStack({ policyFile });
};

type Variables = Readonly<Record<string, string>>;
const functionsOf = (stack: Stack): Variables[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(({ Properties }) =>
    Object.fromEntries(
      Object.entries(Properties.Environment.Variables).map(([name, value]) => [name, textOf(value)] as const),
    ),
  );

const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** The bytes of every file that a deployment uploads, by the key that it gets. */
const filesOf = (stack: Stack): Map<string, Buffer> => {
  const { directory } = z.instanceof(Stage).parse(stack.node.root).synth();
  const { files } = Assets.parse(JSON.parse(readFileSync(join(directory, `${stack.artifactId}.assets.json`), 'utf8')));
  return new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations)
        .filter(({ objectKey }) => objectKey.endsWith('.json'))
        .map(({ objectKey }) => [objectKey, readFileSync(join(directory, source.path))] as const),
    ),
  );
};

describe('the policy and the directory', () => {
  const stack = stackWith(WRITTEN);
  const files = filesOf(stack);
  const functions = functionsOf(stack);

  it.each([
    ['POLICY', SHIPPED_POLICY, 7],
    ['APPROVERS', SHIPPED_DIRECTORY, 12],
    ['REGIMES', clauseDays(SHIPPED_CLAUSES), 3],
  ])('%s: deployed as canonical JSON, and each reader is given the digest of its bytes', (name, value, readers) => {
    const reading = functions.filter((variables) => `${name}_KEY` in variables);
    const bytes = deployedBytes(value);

    expect(reading).toHaveLength(readers);
    for (const variables of reading) {
      expect(variables[`${name}_SHA256`]).toBe(sha256(bytes));
      expect(files.get(variables[`${name}_KEY`] ?? '')).toEqual(Buffer.from(bytes));
    }
  });

  it('regimes of which one name stands for two clauses are not deployed (EX-3)', () => {
    const regimesFolder = mkdtempSync(join(folder, 'regimes-'));
    const eu = readFileSync(join(REGIMES, 'gdpr.yaml'));
    for (const name of ['one.yaml', 'other.yaml']) writeFileSync(join(regimesFolder, name), eu);
    writeFileSync(join(regimesFolder, 'README.md'), 'whose these are');

    expect(() => coreStack({ regimesFolder })).toThrow(/could not deploy the regimes of .*names two clauses/);
  });

  it('the policy is deployed under the digest that releases pin', () => {
    const digests = functions.flatMap(({ POLICY_SHA256 }) => POLICY_SHA256 ?? []);

    expect(new Set(digests)).toEqual(new Set([policySha256(SHIPPED_POLICY)]));
  });

  it('are the same whatever the layout of their files is', () => {
    expect(functionsOf(stackWith(`# another comment\n${WRITTEN}`))).toEqual(functions);
  });

  it('are others when they say something else', () => {
    const changed = functionsOf(stackWith(WRITTEN.replace('approval_expiry_days: 90', 'approval_expiry_days: 91')));

    expect(changed.filter(({ POLICY_KEY = '' }) => files.has(POLICY_KEY))).toEqual([]);
    expect(changed.map(({ APPROVERS_KEY }) => APPROVERS_KEY)).toEqual(
      functions.map(({ APPROVERS_KEY }) => APPROVERS_KEY),
    );
  });

  it('stop synth with the line of the fault', () => {
    const line = WRITTEN.split('\n').findIndex((text) => text.startsWith('approval_expiry_days')) + 1;
    const wrong = WRITTEN.replace('approval_expiry_days: 90', 'approval_expiry_days: soon');

    expect(() => stackWith(wrong)).toThrow(`policy.yaml:${line}:23 approval_expiry_days`);
  });

  describe('of a folder', () => {
    const ours = join(folder, 'ours');
    mkdirSync(ours);
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:own:3';
    const overlay = [
      'schema_version: 1\nname: credit\nscope: { tags: { line: [credit] } }',
      'stages: [{ name: custom_checks, description: Own., required: true, blocking: true,',
      `  checks: [{ name: own, mode: enforce, lambda_arn: "${arn}" }] }]`,
    ].join('\n');
    writeFileSync(join(ours, 'base.yaml'), WRITTEN);
    writeFileSync(join(ours, 'credit.yaml'), overlay);

    it('are one file: the base, and what each overlay makes of it', () => {
      const stack = coreStack({ policyFile: ours });
      const [{ POLICY_KEY = '', POLICY_SHA256 = '' } = {}] = functionsOf(stack).filter((env) => 'POLICY_KEY' in env);
      const bytes = filesOf(stack).get(POLICY_KEY) ?? Buffer.of();

      expect(sha256(bytes)).toBe(POLICY_SHA256);
      expect(JSON.parse(bytes.toString())).toMatchObject({
        base: { name: SHIPPED_POLICY.name },
        scoped: { overlays: [{ name: 'credit', scope: { tags: { line: ['credit'] } } }], models: [] },
      });
      // The stage may ask the Lambdas of overlays too.
      expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain(arn);
    });

    it('stop synth with the place of an overlay that is looser', () => {
      writeFileSync(
        join(ours, 'credit.yaml'),
        'schema_version: 1\nname: a\nscope: { models: [a] }\napproval_expiry_days: 91\n',
      );

      expect(() => coreStack({ policyFile: ours })).toThrow(
        /credit\.yaml:4:23 approval_expiry_days: 91 is looser than 90/,
      );
    });
  });

  it('are not deployed when they are too large to be read', () => {
    expect(() => new CanonicalFile(new Stack(), 'Policy', ['x'.repeat(262_141)])).toThrow(
      'could not deploy Policy: it is 262145 bytes; the limit is 262144',
    );
    expect(() => new CanonicalFile(new Stack(), 'Policy', ['x'.repeat(262_140)])).not.toThrow();
  });
});
