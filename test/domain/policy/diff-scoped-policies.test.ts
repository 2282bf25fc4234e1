import { describe, expect, it } from 'vitest';
import { diffScopedPolicies, scopeInWords } from '../../../lib/domain/policy/diff-scoped-policies.ts';
import { judgedParameters } from '../../../lib/domain/policy/judged-parameters.ts';
import type { Policies } from '../../../lib/domain/policy/scoped-policies.ts';
import { aFile, anOverlay, deployed, MODELS } from './policy-files.ts';

const said = (before: Policies, after: Policies) =>
  diffScopedPolicies(before, after, judgedParameters).map((change) =>
    [change.effect, change.about, change.before, change.after].join(' | '),
  );
const of = (scope: string, days = 30) => anOverlay('a', `scope: ${scope}`, `approval_expiry_days: ${days}`);
const ALL = '{ models: ["*"] }';
const TAGS = '{ models: ["c*"], tags: { line: [credit] } }';
const models = (line: string) =>
  aFile('p/models.yaml', `schema_version: 1\nmodels: [{ name: cards, tags: { line: ${line} } }]`);

describe('two folders of policies', () => {
  it.each([
    ['an overlay more', deployed(), deployed(of(ALL)), ['stricter | overlay a | none | models *']],
    ['one less', deployed(of(TAGS)), deployed(), ['looser | overlay a | models c*; line credit | none']],
    [
      'a stricter one',
      deployed(of(ALL, 30)),
      deployed(of(ALL, 20)),
      ['stricter | overlay a: approval_expiry_days | 30 | 20'],
    ],
    [
      'a looser one',
      deployed(of(ALL, 20)),
      deployed(of(ALL, 30)),
      ['looser | overlay a: approval_expiry_days | 20 | 30'],
    ],
    [
      'more models',
      deployed(of('{ models: [c] }')),
      deployed(of('{ models: ["c*"] }')),
      ['stricter | overlay a, scope | models c | models c*'],
    ],
    [
      'fewer',
      deployed(of('{ models: ["c*"] }')),
      deployed(of('{ models: [c] }')),
      ['looser | overlay a, scope | models c* | models c'],
    ],
    [
      'others',
      deployed(of('{ models: [b] }')),
      deployed(of('{ models: [c] }')),
      ['looser | overlay a, scope | models b | models c'],
    ],
    ['the same', deployed(of(TAGS), MODELS), deployed(of(TAGS), MODELS), []],
    [
      'a model that is listed',
      deployed(of(TAGS)),
      deployed(of(TAGS), models('marketing')),
      ['looser | overlays of model cards | a | none'],
    ],
    ['a model in scope', deployed(of(TAGS)), deployed(of(TAGS), models('credit')), []],
    [
      'a model with another tag',
      deployed(of(TAGS), models('marketing')),
      deployed(of(TAGS), models('credit')),
      ['stricter | overlays of model cards | none | a'],
    ],
    ['models without overlays', deployed(models('a')), deployed(), []],
  ])('differ in %s', (_, before, after, expected) => {
    expect(said(before, after)).toEqual(expected);
  });

  it('differ in their bases once, although each overlay stands on them', () => {
    const [before, after] = [deployed(of(ALL)), deployed(of(ALL))];
    const meaning = (policies: Policies): Policies => ({
      base: { ...policies.base, approval_meaning: 'x' },
      scoped: policies.scoped && {
        ...policies.scoped,
        overlays: policies.scoped.overlays.map((overlay) => ({
          ...overlay,
          policy: { ...overlay.policy, approval_meaning: 'x' },
        })),
      },
    });

    expect(said(before, meaning(after))).toEqual([expect.stringMatching(/^changed \| approval_meaning/)]);
  });

  it('say their scopes in words', () => {
    expect(scopeInWords({ tags: { line: ['a', 'b'], region: ['eu'] } })).toBe('line a, b; region eu');
  });
});
