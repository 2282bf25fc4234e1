import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  Account,
  Adoption,
  BreakGlassOrder,
  CheckAgain,
  Explained,
  LegalOrder,
  LineOrder,
  Order,
  RollbackOrder,
} from '../../lambdas/serve-api/body.ts';
import { Move } from '../../lambdas/serve-api/endpoints.ts';
import { QuestionBody } from '../../lambdas/serve-questions/app.ts';
import { MANIFEST_MAX_BYTES } from '../../lib/domain/release/manifest.ts';
import { STATUS } from '../../lib/runtime/api-door/problem.ts';
import { API_ROLES } from '../../lib/web/session/roles.ts';
import { coreTemplate, PRODUCTION } from '../infra/template.ts';
import { aGate } from '../support/a-gate.ts';
import { aQuestionsDoor } from '../support/a-questions-door.ts';
import { anApi, callApi } from '../support/api.ts';
import { paths } from '../support/as-documented.ts';
import { anIntake } from '../support/intake.ts';
import { codes, page, rows, section, sizeOf } from './pages.ts';

const PAGE = page('api');

type Route = { readonly method: string; readonly path: string };
const routeOf = (key: string): Route => {
  const [method = '', path = ''] = key.split(' ');
  return { method, path };
};
const keyOf = ({ method, path }: Route): string => `${method} ${path}`;

const shown = rows(section(PAGE, 'Routes'))
  .filter(([route = '']) => route.startsWith('`'))
  .map(([route = '', who = '', bySignature = '', body = '']) => ({
    ...routeOf(codes(route)[0] ?? ''),
    who,
    bySignature,
    body,
  }));

const intake = anIntake();
const api = anApi(intake);
/** What the code serves, in the spelling of the page. */
const served = [...api.routes, ...aGate(intake).routes, ...aQuestionsDoor(intake).routes]
  .filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }));

/** The routes of the template, by the kind of their authorizer. */
const gateway = Object.values(coreTemplate(PRODUCTION).findResources('AWS::ApiGatewayV2::Route')).map(
  ({ Properties }) => ({ ...routeOf(String(Properties.RouteKey)), authorizer: String(Properties.AuthorizationType) }),
);

const letsIn = (authorizer: string, { method, path }: Route): boolean =>
  gateway.some((one) => {
    const pattern = one.path.replaceAll(/\{\w+\+\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+');
    return (
      one.authorizer === authorizer && ['ANY', method].includes(one.method) && new RegExp(`^${pattern}$`).test(path)
    );
  });

/** Every field that a body can have. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  ...RollbackOrder.shape,
  ...Adoption.shape,
  ...Move.shape,
  ...CheckAgain.shape,
  ...QuestionBody.shape,
  ...LegalOrder.shape,
  ...BreakGlassOrder.shape,
  ...Account.shape,
};

describe('the routes of docs/api.md', () => {
  it('are those of the code', () => {
    const ours = served.filter(({ path }) => path.startsWith('/v1/')).map(keyOf);

    expect(shown.length).toBeGreaterThan(20);
    expect(shown.map(keyOf).toSorted()).toEqual(ours.toSorted());
  });

  it('are those of the OpenAPI document, with those for machines, for the same roles', () => {
    const reached = served.filter((route) => route.path.startsWith('/v1/') || letsIn('AWS_IAM', route));
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description }]) => ({
        key: `${method.toUpperCase()} ${path}`,
        description,
      })),
    );

    expect(described.map(({ key }) => key).toSorted()).toEqual(reached.map(keyOf).toSorted());
    for (const route of shown) {
      expect(described).toContainEqual({ key: keyOf(route), description: `For: ${route.who}.` });
    }
  });

  it('are let in by the gateway with a token', () => {
    expect(shown.filter((route) => !letsIn('JWT', route))).toEqual([]);
  });

  it('are let in with a signature where the page says so, and nowhere else', () => {
    const signed = served.filter((route) => route.path.startsWith('/iam/v1/') && letsIn('AWS_IAM', route));

    const said = shown.filter(({ bySignature }) => bySignature === 'yes');
    expect(said.map(({ method, path }) => `${method} /iam${path}`).toSorted()).toEqual(signed.map(keyOf).toSorted());
    expect(new Set(shown.map(({ bySignature }) => bySignature))).toEqual(new Set(['yes', 'no']));
  });

  it('are all that the gateway knows, together with the pages', () => {
    const pages = rows(section(PAGE, 'Pages')).flatMap(([route = '']) => codes(route));

    expect(
      gateway
        .filter(({ authorizer }) => authorizer === 'NONE')
        .map(keyOf)
        .toSorted(),
    ).toEqual(pages.toSorted());
    expect(new Set(gateway.map(({ authorizer }) => authorizer))).toEqual(new Set(['NONE', 'JWT', 'AWS_IAM']));
  });

  it.each(shown)('are open to the roles that the page names, and to no others: $method $path', async (route) => {
    const roles = Object.keys(API_ROLES);
    const username = intake.directory.people[0]?.id ?? '';
    const path = route.path.replace('/v1', '').replaceAll(/\{\w+\}/g, 'x');

    const refused: string[] = [];
    for (const role of roles) {
      const body = route.method === 'POST' ? {} : undefined;
      const answer = await callApi(api, path, { username, groups: [role] }, body);
      if (answer.body['title'] === 'NotAuthorized') refused.push(role);
    }

    expect(refused).toEqual(route.who === 'any role' ? [] : roles.filter((role) => role !== route.who));
  });

  it('have the bodies that the code reads', () => {
    const bodies = {
      promotion: Explained,
      withdrawal: Explained,
      resend: Explained,
      reminder: Explained,
      met: Explained,
      review: Explained,
      redrive: Explained,
      rollback: RollbackOrder,
      release: Order,
      settle: Order,
      'legal-hold': LegalOrder,
      'legal-hold/lift': LegalOrder,
      'break-glass': BreakGlassOrder,
      'break-glass/confirm': Explained,
      'break-glass/end': Explained,
      'break-glass/document': Account,
      'line/stop': LineOrder,
      'line/start': LineOrder,
      'key-rotations': Order,
      adopt: Adoption,
      move: Move,
      reverifications: CheckAgain,
      'questions/{name}': QuestionBody,
    };
    for (const { method, path, body } of shown) {
      const schema = Object.entries(bodies).find(([name]) => method === 'POST' && path.endsWith(`/${name}`))?.[1];
      expect([path, codes(body).toSorted()]).toEqual([path, Object.keys(schema?.shape ?? {}).toSorted()]);
    }
    expect(section(PAGE, 'Routes')).toContain(`at most ${sizeOf(MANIFEST_MAX_BYTES)}`);
  });
});

describe('the bodies of docs/api.md', () => {
  const fields = rows(section(PAGE, 'Bodies'))
    .map(([field = '', type = '', needed = '']) => ({ name: codes(field)[0] ?? '', type, needed }))
    .filter(({ name }) => name !== '');
  const EXAMPLES = {
    'the name of a matter': 'CASE-1',
    'text of': 'a text of enough characters',
    'a whole number': 2,
    'true or': true,
    'the name of a check': 'a_name',
    'the name': 'a-name',
  };
  const takes = (name: string, value: unknown) => SHAPES[name]?.safeParse(value).success;

  it('have all fields that the code reads', () => {
    expect(fields.map(({ name }) => name).toSorted()).toEqual(Object.keys(SHAPES).toSorted());
  });

  it.each(fields)('have $name as $type, $needed', ({ name, type, needed }) => {
    const [, example] = Object.entries(EXAMPLES).find(([start]) => type.startsWith(start)) ?? [];
    const length = Number(/up to ([\d,]+) characters/.exec(type)?.[1]?.replace(',', '') ?? 1);

    expect(takes(name, example)).toBe(true);
    expect(takes(name, undefined)).toBe(needed !== 'needed');
    if (length > 1)
      expect(['a'.repeat(length), 'a'.repeat(length + 1)].map((text) => takes(name, text))).toEqual([true, false]);
  });
});

it('the codes of docs/api.md are those of the code, each with its status', () => {
  const table = rows(section(PAGE, 'Problems')).filter(([code = '']) => code.startsWith('`'));

  expect(Object.fromEntries(table.map(([code = '', status]) => [codes(code)[0], Number(status)]))).toEqual(STATUS);
});
