import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { Settings } from '../../lib/infra/settings.ts';
import { coreStack, coreTemplate, PRODUCTION, replicaStack } from '../infra/template.ts';
import { codes, page, rows, section } from './pages.ts';

const PAGE = page('deploying');
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const CDK_JSON = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

/** What stands in for upper-case words. */
const filledIn = (value: string): string =>
  value
    .replace('YOUR-APPROVERS.yaml', PRODUCTION.approversFile)
    .replace(/^"\$\(.*$/, 'arn:aws:dynamodb:eu-west-1:111122223333:table/assay-restored/stream/2026-11-29T10:00:00.000')
    .replaceAll('YOUR.ORG', 'bank.example')
    .replaceAll(/YOUR-[A-Z-]+/g, (name) => name.toLowerCase())
    .replaceAll(/\bDAYS\b/g, '365')
    .replaceAll(/\bACCOUNT\b/g, '111122223333');

const contextOf = (command: string): Record<string, string> =>
  Object.fromEntries(
    [...command.matchAll(/ -c (\w+)=("\$\(.*?\)"|[^\s`]+)/g)].map(([, key = '', value = '']) => [key, filledIn(value)]),
  );

const commandsIn = (text: string): string[] =>
  [...text.matchAll(/npx cdk (?:deploy|diff|synth) [^\n`]*-c [^\n`]*/g)].map(([command]) => command);

const commands = [...commandsIn(PAGE), ...commandsIn(README)];

describe('the lines that deploy', () => {
  it.each(commands)('are synthesized: %s', (command) => {
    const context = contextOf(command);

    expect(Object.keys(context)).toContain('environment');
    expect(() => ('replicationRole' in context ? replicaStack(context) : coreStack(context))).not.toThrow();
  });

  it('are synthesized for production with what the README adds', () => {
    const [, additions = ''] = /In production\s+add\s+`([^`]+)`/.exec(README.replaceAll('\n', ' ')) ?? [];
    const context = { ...contextOf(commandsIn(README)[0] ?? ''), ...contextOf(` ${additions}`) };

    expect(context).toMatchObject({ production: 'true', auditRetentionDays: '365' });
    expect(() => coreStack(context)).not.toThrow();
  });

  it('run the app as they stand in the README, also as a process of its own', async () => {
    const output = mkdtempSync(join(tmpdir(), 'assay-synth-'));
    onTestFinished(() => rmSync(output, { recursive: true }));
    const synth = (context: Record<string, string>) =>
      promisify(execFile)(process.execPath, [join(PROJECT, CDK_JSON.app.replace('node ', ''))], {
        cwd: PROJECT,
        env: {
          PATH: process.env['PATH'],
          CDK_OUTDIR: output,
          CDK_VALIDATION: 'false',
          CDK_CONTEXT_JSON: JSON.stringify({ ...CDK_JSON.context, 'aws:cdk:bundling-stacks': [], ...context }),
        },
      });
    const { environment = '', ...others } = contextOf(commandsIn(README)[0] ?? '');

    await synth({ environment, ...others });
    const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'));
    expect(Object.keys(manifest.artifacts)).toContain(`assay-${environment}`);
    await expect(synth({ environment, modelBucket: 'x' })).rejects.toThrow('did you mean modelBuckets?');
  });
});

describe('docs/deploying.md', () => {
  it('counts the keys that cost, and names every setting as it is spelt', () => {
    const keys = Object.keys(coreTemplate(PRODUCTION).findResources('AWS::KMS::Key')).length;

    expect(rows(section(PAGE, 'What it costs')).filter(([what = '']) => what.startsWith('key: '))).toHaveLength(keys);
    expect(section(PAGE, 'Leaving')).toContain(`| ${keys} keys |`);
    const named = commands.flatMap((command) => Object.keys(contextOf(command)));
    expect(named.filter((name) => !(name in Settings.shape))).toEqual([]);
  });

  it('has every setting in its table, and no other', () => {
    const shown = rows(section(PAGE, 'Settings')).filter(([setting = '']) => setting.startsWith('`'));

    expect(shown.flatMap(([setting = '']) => codes(setting)).toSorted()).toEqual(
      Object.keys(Settings.shape).toSorted(),
    );
  });

  it('has the defaults of the code in that table', () => {
    const defaults: Readonly<Record<string, unknown>> = Settings.parse({});
    const shown = rows(section(PAGE, 'Settings')).flatMap(([setting = '', , without = '']) => {
      const [name = ''] = codes(setting);
      const [value] = codes(without);
      // The name of the account is not known here.
      return name in defaults && name !== 'modelBuckets' && value !== undefined ? [[name, value]] : [];
    });

    expect(shown.length).toBeGreaterThan(6);
    expect(shown).toEqual(shown.map(([name = '']) => [name, String(defaults[name])]));
  });

  it('names outputs that the stack has', () => {
    const outputs = Object.keys(coreTemplate(PRODUCTION).findOutputs('*'));
    const asked = [...PAGE.matchAll(/\$\(output (\w+)\)/g)].map(([, name = '']) => name);

    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !outputs.includes(name))).toEqual([]);
  });
});

describe('what outlives the stack', () => {
  const template = coreTemplate(PRODUCTION);
  const resources: Record<string, { Type: string; DeletionPolicy?: string; Properties?: Record<string, unknown> }> =
    template.toJSON()['Resources'];
  const retained = Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');

  it('has no name that the next attempt would need', () => {
    const NAMES = ['BucketName', 'TableName', 'QueueName', 'UserPoolName', 'KeyName', 'AliasName'];
    const named = retained.filter(({ Properties = {} }) => NAMES.some((name) => name in Properties));

    expect(retained.length).toBeGreaterThan(20);
    expect(named).toEqual([]);
    for (const { Type, Properties = {} } of retained) {
      if (Type === 'AWS::Logs::LogGroup' && 'LogGroupName' in Properties) {
        expect(JSON.stringify(Properties['LogGroupName'])).toContain('AWS::StackId');
      }
    }
  });
});
