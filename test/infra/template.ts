import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as z from 'zod';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { CoreStack } from '../../lib/infra/stacks/core-stack.ts';
import { type ObservabilityProps, ObservabilityStack } from '../../lib/infra/stacks/observability-stack.ts';
import { ReplicaStack } from '../../lib/infra/stacks/replica-stack.ts';

// The CDK's own rules start an engine that takes seconds. nag.test.ts runs them, and so does every real synth.
process.env['CDK_VALIDATION'] = 'false';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** The people of the example with addresses of a bank: production refuses those of nobody. */
const peopleOfTheBank = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-people-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const example = readFileSync(join(PROJECT, 'policies/approvers.yaml'), 'utf8');
  writeFileSync(join(folder, 'approvers.yaml'), example.replaceAll('example.com', 'bank.example'));
  return join(folder, 'approvers.yaml');
};

/** The settings that a production deployment must have; everything else has a default. */
export const PRODUCTION = {
  environment: 'prod',
  production: 'true',
  auditRetentionDays: '30',
  approversFile: peopleOfTheBank(),
};

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:assay/slack-';

/** Turns Slack on. */
export const SLACK = {
  slackTokenSecretArn: `${SECRET}token-AbCdEf`,
  slackSigningSecretArn: `${SECRET}signing-AbCdEf`,
};

/** What `cdk synth -c replicationRole=…` makes in the second account. */
export const replicaStack = (context: Record<string, string | undefined> = {}): ReplicaStack => {
  const { context: flags } = CdkJson.parse(JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8')));
  const app = new App({ context: { ...flags, ...context } });
  const settings = readSettings(app.node);
  const { replicationRole = '' } = settings;
  return new ReplicaStack(app, 'replica', { ...settings, replicationRole });
};

/** The core stack as `cdk synth -c key=value …` makes it, without the bundles, which no claim on a template needs. */
export const coreStack = (context: Record<string, string | undefined> = {}): CoreStack => {
  const { context: flags } = CdkJson.parse(JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8')));
  const app = new App({
    context: { ...flags, 'aws:cdk:bundling-stacks': [], mailFrom: 'assay@bank.example', ...context },
  });
  return new CoreStack(app, 'core', readSettings(app.node));
};

/** The stack of the alarms as `cdk synth` makes it, beside one that has only what it takes from the core. */
export const observabilityStack = (props: Partial<ObservabilityProps> = {}): ObservabilityStack => {
  const app = new App();
  const core = new Stack(app, 'core');
  const taken = { logs: new LogGroup(core, 'Logs'), lostPages: new Queue(core, 'LostPages') };
  return new ObservabilityStack(app, 'observability', { environment: 'prod', ...taken, ...props });
};

const templates = new Map<string, Template>();

/** Its template, which is made once for the same context and frozen: a worker goes through many files that ask for it. */
export const coreTemplate = (context: Record<string, string | undefined> = {}): Template => {
  const key = JSON.stringify(Object.entries(context).toSorted());
  const template = templates.get(key) ?? Template.fromStack(coreStack(context));
  freezeWhole(template.toJSON());
  templates.set(key, template);
  return template;
};

const freezeWhole = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeWhole(part);
};

export const Statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.string(), z.array(z.string())]).transform((it) => [it].flat()),
  Resource: z.unknown().transform((it): unknown[] => (Array.isArray(it) ? it : [it])),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof Statement>;

const Policy = z.object({
  Properties: z.looseObject({
    PolicyDocument: z.object({ Statement: z.array(Statement) }),
    Roles: z.array(z.object({ Ref: z.string() })).default([]),
    Bucket: z.object({ Ref: z.string() }).optional(),
  }),
});

/** The statements of all policies of roles, each with the role that has it: those that roles share, once for each. */
export const roleStatements = (template: Template): (Statement & { role: string })[] => {
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    Object.entries(template.findResources(type)).flatMap(([id, resource]) => {
      const { PolicyDocument, Roles } = Policy.parse(resource).Properties;
      const attached = roles.flatMap(([role, { Properties }]) =>
        JSON.stringify(Properties.ManagedPolicyArns ?? []).includes(`"${id}"`) ? [role] : [],
      );
      return [...Roles.map(({ Ref }) => Ref), ...attached].flatMap((role) =>
        PolicyDocument.Statement.map((statement) => ({ ...statement, role })),
      );
    }),
  );
};

/** The statements of the policy of one bucket, by the beginning of its logical id. */
export const bucketStatements = (template: Template, bucket: string): Statement[] =>
  Object.values(template.findResources('AWS::S3::BucketPolicy'))
    .map((resource) => Policy.parse(resource).Properties)
    .filter(({ Bucket }) => Bucket?.Ref.startsWith(bucket))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

export const resourceOf = (template: Template, type: string, prefix: string) => {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  if (found.length !== 1) throw new Error(`there are ${found.length} ${type} that begin with ${prefix}`);
  return found[0]?.[1] ?? {};
};

/** A value of a template as text, with references in angle brackets. */
export const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, content] = ['', undefined]] = Object.entries(value);
  if (name === 'Fn::Join') {
    const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(content);
    return parts.map(textOf).join(separator);
  }
  if (name === 'Fn::GetAtt') return `<${z.array(z.string()).parse(content).join('.')}>`;
  if (name === 'Fn::Sub') return String(content).replaceAll(/\$\{/g, '<').replaceAll('}', '>');
  return name === 'Ref' ? `<${content}>` : JSON.stringify(value);
};
