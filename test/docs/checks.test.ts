import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Check, EvidenceField } from '../../lib/domain/checks/check.ts';
import { CHECKS, checksOf } from '../../lib/domain/checks/known-checks.ts';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { headings, page, rows, section } from './pages.ts';

const PAGE = page('checks');

/** The page's names for evidence that is not a file of the same name in the manifest. */
const CALLED: { readonly [Field in EvidenceField]?: string } = {
  manifest: 'manifest',
  artifactSha256: 'artifact',
  predictionsSha256: '`predictions`',
  outcomeCounts: '`predictions`',
  modelOutputs: '`predictions`',
  perturbation: '`perturbed_predictions`',
  liveEndpoint: 'live configuration',
  liveRelease: 'release in production',
  behaviour: 'predictions of both',
  subjects: 'digests of the release',
  requestedAt: 'time of the request',
  wayBack: 'configuration and endpoint in production',
  controls: 'policy and approvers',
};

const evidenceOf = ({ reads }: Check): string =>
  [
    ...new Set(
      reads.map(
        (field) => CALLED[field] ?? `\`${field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}\``,
      ),
    ),
  ].join(', ');

/** As a policy would write them. */
const defaultsOf = ({ parameters }: Check): string =>
  Object.entries(Object(parameters.safeParse({}).data ?? {}))
    .map(([name, value]) => `\`${name}: ${JSON.stringify(value).replaceAll(',', ', ')}\``)
    .join(', ');

const kebab = (name: string): string => name.replaceAll('_', '-');
const fileOf = ({ stage, name }: Check): string => `lib/domain/checks/${kebab(stage)}/${kebab(name)}.ts`;

/** The sentences that stand before the declaration of a check, in the source. */
const docstringOf = (check: Check): string => {
  const source = readFileSync(new URL(`../../${fileOf(check)}`, import.meta.url), 'utf8');
  const [, comment = ''] = /\/\*\*((?:(?!\*\/).)*)\*\/\nexport const \w+ = defineCheck/s.exec(source) ?? [];
  return comment.replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
};

const rowOf = (check: Check): string[] => [
  `[\`${check.name}\`](../${fileOf(check)})`,
  docstringOf(check).replace(/^Establishes,? /, ''),
  evidenceOf(check),
  defaultsOf(check),
];

describe('docs/checks.md', () => {
  it('has a section for each stage that has checks of its own, in their order', () => {
    const stages = StageName.options.filter((stage) => checksOf(stage).length > 0);

    expect(headings(PAGE)).toEqual(stages);
  });

  it.each(headings(PAGE))('has a row for each check of %s: its words, what it reads, and its parameters', (stage) => {
    expect(rows(section(PAGE, stage))).toEqual(CHECKS.filter((check) => check.stage === stage).map(rowOf));
  });

  it('lets no check go without words', () => {
    for (const check of CHECKS) expect(docstringOf(check)).toMatch(/^Establishes,? .*\.$/);
  });
});
