import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATA_PROVENANCE_MAX_BYTES, DataProvenance } from '../../lib/domain/evidence/data-provenance.ts';
import { parseDocument } from '../../lib/domain/evidence/documents/document.ts';
import { EVALUATION_REPORT_MAX_BYTES, EvaluationReport } from '../../lib/domain/evidence/evaluation-report.ts';
import { BIAS_REPORT_MAX_BYTES } from '../../lib/domain/evidence/foreign/clarify.ts';
import { GOV_CARD_FIELDS } from '../../lib/domain/evidence/foreign/gov-card.ts';
import { DRIFT_REPORT_MAX_BYTES } from '../../lib/domain/evidence/foreign/model-monitor.ts';
import { MODEL_CARD_MAX_BYTES, ModelCard } from '../../lib/domain/evidence/model-card.ts';
import { parseDataProvenance } from '../../lib/domain/evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../../lib/domain/evidence/readers/model-card.ts';
import { TRAINING_PROVENANCE_MAX_BYTES } from '../../lib/domain/evidence/training-provenance.ts';
import { FURTHER_EVIDENCE, MANIFEST_MAX_BYTES, parseManifest } from '../../lib/domain/release/manifest.ts';
import { firstExample, formatPage as page } from './pages.ts';

const example = (name: string) => firstExample(page(name));
const parsed = (name: string) => parseDocument(example(name), 65_536);

describe('the example of a format', () => {
  it.each([
    ['model-card', parseModelCard, ModelCard],
    ['data-provenance', parseDataProvenance, DataProvenance],
    ['evaluation-report', parseEvaluationReport, EvaluationReport],
  ] as const)('shows every key that is read: %s', (name, parse, shape) => {
    expect(parse(example(name))).toBeTypeOf('object');
    const shown = Object.keys(Object(parsed(name)));

    // The window is what some cards of others call the period; the page need not teach it.
    expect(shown).toEqual(
      expect.arrayContaining(Object.keys(shape.shape).filter((key) => key !== 'training_data_window')),
    );
  });

  it('is a manifest', () => {
    expect(parseManifest(parsed('release-manifest'))).toMatchObject({ release_id: 'credit-2.1.0' });
  });
});

describe('a page about a format', () => {
  it('names every gov field of a card', () => {
    for (const field of GOV_CARD_FIELDS) expect(page('model-card')).toContain(`\`gov.${field}\``);
  });

  it('names every further evidence', () => {
    for (const name of FURTHER_EVIDENCE) expect(page('release-manifest')).toContain(`\`${name}\``);
  });

  it.each([
    ['model-card', 'the file is utf-8, yaml 1.2 or json, 1 mib', MODEL_CARD_MAX_BYTES],
    ['data-provenance', 'the file is 256 kib at most', DATA_PROVENANCE_MAX_BYTES],
    ['data-provenance', 'it is 1 mib at most', TRAINING_PROVENANCE_MAX_BYTES],
    ['evaluation-report', 'the file is 256 kib at most', EVALUATION_REPORT_MAX_BYTES],
    ['evaluation-report', 'clarify, 1 mib at most', BIAS_REPORT_MAX_BYTES],
    ['evaluation-report', 'model monitor, 256 kib at most', DRIFT_REPORT_MAX_BYTES],
    ['release-manifest', 'the manifest is 64 kib at most', MANIFEST_MAX_BYTES],
  ])('says how large it may be: %s, %s', (name, sentence, bytes) => {
    const [, number = '', unit] = /(\d+) (kib|mib)/.exec(sentence) ?? [];

    expect(page(name).toLowerCase().replaceAll(/\s+/g, ' ')).toContain(sentence);
    expect(Number(number) * (unit === 'kib' ? 1024 : 1024 ** 2)).toBe(bytes);
  });
});

describe('the pages about formats', () => {
  const folder = new URL('../../docs/formats/', import.meta.url);
  const pages = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length));
  const anchors = (name: string) =>
    page(name)
      .split('\n')
      .filter((line) => /^##+ /.test(line))
      .map((line) =>
        line
          .replace(/^#+ /, '')
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );

  it.each(pages)('lead to pages and sections that are there: %s', (name) => {
    const links = [...page(name).matchAll(/\]\((?:([\w-]+)\.md)?(?:#([\w-]+))?\)/g)];

    for (const [, to = name, anchor] of links) {
      expect(pages).toContain(to);
      if (anchor !== undefined) expect(anchors(to)).toContain(anchor);
    }
  });

  it.each(pages)('are short enough to read at one sitting: %s', (name) => {
    expect(page(name).split('\n').length).toBeLessThanOrEqual(250);
  });
});
