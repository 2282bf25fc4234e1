import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { folderOf } from '../../lib/infra/environments.ts';
import { coreTemplate, PRODUCTION, SLACK, textOf } from './template.ts';

const template = coreTemplate({ ...PRODUCTION, ...SLACK });
const Module = z.object({ Env: z.instanceof(z.ZodObject) });

/** The functions of the template by their folder, with their variables as text. */
const functions = new Map(
  Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
    folderOf(
      id
        .replace(
          /^Governance(Workflow|Intake|Doors|Analytics|Serving|Holds|RegistryReview|Monitoring|Outbox|Log|Measuring|AccountWatch|Rehearsal)/,
          '',
        )
        .replace(/Function[0-9A-F]{8}$/, ''),
    ),
    {
      id,
      Properties,
      variables: Object.fromEntries(
        Object.entries(Properties.Environment.Variables).map(([key, value]) => [key, textOf(value)]),
      ),
    },
  ]),
);
const folders = readdirSync(join(PROJECT, 'lambdas'));

it('every folder of lambdas is a function, and the other way round', () => {
  expect([...functions.keys()].sort()).toEqual(folders.sort());
});

describe.each(folders)('%s', (folder) => {
  it('gets exactly the environment that its schema asks for', async () => {
    const { Env } = Module.parse(await import(join(PROJECT, 'lambdas', folder, 'env.ts')));
    const { variables } = functions.get(folder) ?? {};

    expect(Object.keys(variables ?? {}).sort()).toEqual(Object.keys(Env.shape).sort());
    expect(Env.safeParse(variables)).toMatchObject({ success: true });
  });

  it('runs on Node 24 and writes to a log of its own', () => {
    const { Properties, id } = functions.get(folder) ?? {};

    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(textOf(Properties.LoggingConfig.LogGroup)).toContain(id?.replace(/Function[0-9A-F]{8}$/, 'Logs'));
  });
});

it('is built for the architecture that the context names', () => {
  const arm = coreTemplate({ architecture: 'arm64' });

  arm.allResourcesProperties('AWS::Lambda::Function', { Architectures: ['arm64'] });
  arm.hasResourceProperties('AWS::Lambda::LayerVersion', { CompatibleArchitectures: ['arm64'] });
});
