/** The page about personal data names every place that there is, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOT_REBUILT } from '../../lib/domain/audit/rebuild.ts';
import { kinds } from '../../lib/domain/change/kinds.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { coreTemplate } from '../infra/template.ts';
import { codes, rows, section } from './pages.ts';

const PAGE = readFileSync(join(PROJECT, 'docs/privacy.md'), 'utf8');
const firstCodes = (heading: string): string[] => rows(section(PAGE, heading)).flatMap(([place = '']) => codes(place));

describe('docs/privacy.md (CO-4)', () => {
  it('has every bucket of the template', () => {
    const buckets = Object.keys(coreTemplate({}).findResources('AWS::S3::Bucket'));
    const names = buckets.map((id) => id.replace(/^Governance/, '').replace(/(Bucket)?[0-9A-F]{8}$/, ''));

    expect(firstCodes('Buckets').toSorted()).toEqual(names.map((name) => name.replace(/^Outbox/, '')).toSorted());
  });

  it('has every partition of the table', () => {
    const words = Object.values(kinds).map(({ partitions }) => partitions.replace(/#.*$/, ''));

    expect(firstCodes('The table').toSorted()).toEqual(
      [...new Set([...words, ...Object.keys(NOT_REBUILT)])].toSorted(),
    );
  });

  it('is found from where people look', () => {
    for (const page of ['README.md', 'docs/threat-model.md', 'docs/deploying.md', 'docs/formats/approvers.md'])
      expect(readFileSync(join(PROJECT, page), 'utf8'), page).toContain('privacy.md');
  });
});
