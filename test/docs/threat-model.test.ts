import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { REFUSAL_BOUNDS } from '../../lib/domain/change/refusal-bounds.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { allow } from '../../lib/infra/permissions.ts';
import { type Powers, powersOf } from '../infra/powers.ts';
import { coreStack, coreTemplate, PRODUCTION, SLACK } from '../infra/template.ts';
import { codes, page, rows, section } from './pages.ts';

const PAGE = page('threat-model');

describe('the promises of the threat model', () => {
  const shown = rows(section(PAGE, 'The promises, and an attack on each'));
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');

  it('are those of the README', () => {
    const promised = [...section(readme, 'Promises').matchAll(/^\| \*\*([^*]+)\.\*\*/gm)].map(([, name]) => name);

    expect(promised.length).toBeGreaterThan(15);
    expect(rows(section(readme, 'Promises'))).toHaveLength(promised.length);
    expect(shown.map(([name]) => name)).toEqual(promised);
  });

  it.each(shown)('have an attack, what stops it, and tests that are there: %s', (_name, attack, mend, tests = '') => {
    const files = [...tests.matchAll(/\]\(\.\.\/(test\/[^)]+\.test\.ts)\)/g)].map(([, file = '']) => file);

    expect(attack).toMatch(/\w+ \w+/);
    expect(mend).toMatch(/\w+ \w+/);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
  });
});

describe('the roles of the threat model', () => {
  const shown = new Map(
    rows(section(PAGE, 'If an attacker holds a role')).flatMap(([roles = '', writes = '', notes = '', may = '']) =>
      codes(roles).map((role): [string, Powers] => [
        role,
        { writes: codes(writes), notes: codes(notes), may: codes(may) },
      ]),
    ),
  );
  const powers = powersOf(coreTemplate({ ...PRODUCTION, ...SLACK }));

  it('are those of the template', () => {
    expect([...shown.keys()].toSorted()).toEqual([...powers.keys()].toSorted());
  });

  it.each([...powers])('may what is said of them, and nothing else: %s', (role, { writes, notes, may }) => {
    const own = {
      writes: writes.filter((it) => it !== 'CHAIN' && it !== 'TIMELINE'),
      notes: notes.filter((it) => it !== 'ship_event'),
      may,
    };

    expect(shown.get(role)).toEqual(own);
  });

  it('may append to a chain and have events shipped, but for those that the page excepts', () => {
    const excepted = codes(/Every Lambda but (.*?) may also append/s.exec(PAGE)?.[1] ?? '');
    // The others that run by a role are state machines, and SageMaker.
    const isLambda = ({ may }: Powers): boolean => !may.some((action) => action.startsWith('logs:'));
    const writing = [...powers].filter(([role, held]) => isLambda(held) && !excepted.includes(role));

    expect(writing.length).toBeGreaterThan(30);
    for (const role of excepted) expect(powers.get(role)?.writes, role).not.toContain('CHAIN');
    for (const [role, { writes, notes }] of writing) {
      expect([...writes, ...notes], role).toEqual(expect.arrayContaining(['CHAIN', 'TIMELINE', 'ship_event']));
    }
  });

  it('are taken by the services that run them, and by nobody else', () => {
    const trusted = Object.values(coreTemplate(PRODUCTION).findResources('AWS::IAM::Role')).map(({ Properties }) =>
      JSON.stringify([Properties.AssumeRolePolicyDocument.Statement, Properties.Policies]),
    );

    expect([...new Set(trusted)].toSorted()).toEqual(
      ['lambda', 'sagemaker', 'states'].map((service) =>
        JSON.stringify([
          [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` } }],
          null,
        ]),
      ),
    );
  });

  it.each([
    ['ses:SendEmail', ['arn:aws:ses:eu-west-1:111122223333:identity/bank.example'], {}, 'ses:SendEmail'],
    ['s3:PutObject', ['arn:aws:s3:::assay-models-1/everything'], {}, 's3:PutObject'],
    ['dynamodb:UpdateItem', ['table'], { 'dynamodb:LeadingKeys': ['POINTER#*'] }, 'dynamodb:UpdateItem POINTER'],
    ['dynamodb:DeleteItem', ['table'], {}, 'dynamodb:DeleteItem everything'],
  ])('would be found with one right more: %s', (action, resources, keys, word) => {
    const stack = coreStack(PRODUCTION);
    const role = stack.node.findAll().find((it) => it instanceof Role && it.node.path.includes('EvaluateModelCard'));
    if (!(role instanceof Role)) throw new Error('there is no such role');

    allow(role, { actions: [action], resources, conditions: { 'ForAllValues:StringLike': keys } });

    const { may = [] } = powersOf(Template.fromStack(stack)).get('EvaluateModelCard') ?? {};
    expect(may.filter((it) => !shown.get('EvaluateModelCard')?.may.includes(it))).toEqual([
      expect.stringContaining(word),
    ]);
  });
});

describe('docs/threat-model.md', () => {
  it('shows who can cause each refusal on record, and how many', () => {
    const shown = rows(section(PAGE, 'Refusals on record'));

    expect(shown).toEqual(
      Object.entries(REFUSAL_BOUNDS).map(([name, bound]) => [
        `\`${bound.event}\``,
        bound.causedBy,
        `\`${name}\`: ${bound.countedBy.join(', ')}`,
        `${bound.places}${'isTakenByRequest' in bound ? ', taken by the request' : ''}`,
      ]),
    );
  });
});
