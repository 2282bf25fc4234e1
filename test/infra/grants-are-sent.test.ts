/** Every role has the rights that its code uses: none is missing, and none is superfluous. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handlerFolders, PROJECT } from '../../lib/infra/bundling.ts';
import { folderOf } from '../../lib/infra/environments.ts';
import { ACTIONS_OF_TASKS, actionsOf, BESIDES, LOG_DELIVERY } from './actions-of-commands.ts';
import { policyWithCustomCheck } from './policy-with-custom-check.ts';
import { grantsOf } from './powers.ts';
import { type Bundled, bundledCommands } from './sent-commands.ts';
import { coreTemplate, PRODUCTION, SLACK } from './template.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** With every setting that gives a Lambda a right. */
const granted = grantsOf(
  coreTemplate({
    ...PRODUCTION,
    policyFile: policyWithCustomCheck('arn:aws:lambda:eu-central-1:111122223333:function:toxicity:3'),
    modelKeyArns: KEY,
    servingKmsKeyArn: KEY,
    dataCaptureUri: 's3://captured/all',
    ...SLACK,
  }),
);
const bundles = bundledCommands();

const asked = (folder: string, { commands, code }: Bundled): string[] => [
  ...[...commands].flatMap(actionsOf),
  ...BESIDES.filter(({ who }) => {
    if (who === 'all') return true;
    if (!('sends' in who)) return who.includes(folder);
    const isSent = who.sends.some((command) => commands.has(command));
    return isSent && (who.member === undefined || new RegExp(`\\b${who.member}\\b`).test(code));
  }).flatMap(({ actions }) => actions),
];

/** What is there, what should be, and how they differ: both by name. */
const compare = (rights: ReadonlySet<string>, needed: readonly string[]) => ({
  missing: [...new Set(needed)].filter((action) => !rights.has(action)).toSorted(),
  superfluous: [...rights].filter((action) => !needed.includes(action)).toSorted(),
});
const EXACT = { missing: [], superfluous: [] };

const rightsOf = (folder: string): ReadonlySet<string> => {
  const [, rights = new Set<string>()] = [...granted].find(([role]) => folderOf(role) === folder) ?? [];
  return rights;
};

describe('the rights of a Lambda are those of the commands in its bundle (SD-2)', () => {
  it.each(handlerFolders())('%s', (folder) => {
    const bundled = bundles.get(folder) ?? expect.unreachable(`there is no bundle of ${folder}`);

    expect(compare(rightsOf(folder), asked(folder, bundled))).toEqual(EXACT);
  });

  it('name one that is missing, and one that is superfluous', () => {
    const rights = new Set([...rightsOf('verify-endpoint'), 'sagemaker:DeleteEndpoint']);
    const bundled = bundles.get('verify-endpoint') ?? expect.unreachable();
    const sending = { ...bundled, commands: new Set([...bundled.commands, 's3 HeadObject']) };

    expect(compare(rights, asked('verify-endpoint', sending))).toEqual({
      missing: ['s3:GetObject'],
      superfluous: ['sagemaker:DeleteEndpoint'],
    });
  });

  it('are found in every bundle but those that only keep state', () => {
    const beyondTable = [...bundles].filter(([, { commands }]) =>
      [...commands].some((command) => !command.startsWith('dynamodb ')),
    );

    expect(bundles.size - beyondTable.length).toBeLessThan(6);
    expect(bundles.get('verify-endpoint')?.commands).not.toContain('s3 GetObject');
  });
});

describe('the rights of a machine are those of its tasks', () => {
  it.each(readdirSync(join(PROJECT, 'statemachines')).map((file) => file.replace('.asl.json', '')))('%s', (machine) => {
    const definition = readFileSync(join(PROJECT, 'statemachines', `${machine}.asl.json`), 'utf8');
    const tasks = [...definition.matchAll(/"Resource": "([^"]*)"/g)].map(([, resource = '']) => resource);
    const needed = tasks.map((resource) => ACTIONS_OF_TASKS[resource] ?? resource);

    expect(compare(rightsOf(machine), [...needed, ...LOG_DELIVERY])).toEqual(EXACT);
  });
});
