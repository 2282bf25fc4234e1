/** Every reader of evidence, on untrusted input: the result is a value or a refusal, nothing else, in little time. */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseArtifactSignature } from '../../../lib/domain/evidence/artifact-signature.ts';
import { parseCodeQualityReport } from '../../../lib/domain/evidence/code-quality-report.ts';
import { parseDeploymentDescriptor } from '../../../lib/domain/evidence/deployment-descriptor.ts';
import { parseEdgeCaseResults } from '../../../lib/domain/evidence/edge-case-results.ts';
import { parseExplainabilityReport } from '../../../lib/domain/evidence/explainability-report.ts';
import { clarifyMeasures, parseBiasReport } from '../../../lib/domain/evidence/foreign/clarify.ts';
import { parseDriftReport } from '../../../lib/domain/evidence/foreign/model-monitor.ts';
import { parseInputProtectionReport } from '../../../lib/domain/evidence/input-protection-report.ts';
import { parseLoadTestReport } from '../../../lib/domain/evidence/load-test-report.ts';
import { parseDataProvenance } from '../../../lib/domain/evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../../../lib/domain/evidence/readers/model-card.ts';
import { parseTrainingProvenance } from '../../../lib/domain/evidence/readers/training-provenance.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { processorTime } from '../../support/processor-time.ts';
import { vector } from './vectors.ts';

const READERS = {
  parseArtifactSignature,
  parseCodeQualityReport,
  parseDeploymentDescriptor,
  parseEdgeCaseResults,
  parseExplainabilityReport,
  parseInputProtectionReport,
  parseLoadTestReport,
  parseModelCard,
  parseDataProvenance,
  parseEvaluationReport,
  parseDriftReport,
  parseTrainingProvenance,
  parseBiasReport: (bytes: Uint8Array) =>
    clarifyMeasures(parseBiasReport(bytes), { label_column: 'label', favorable_value: '1' }, ['race', 'constructor']),
} satisfies Readonly<Record<string, (bytes: Uint8Array) => unknown>>;
const NAMES = Object.keys(READERS) as (keyof typeof READERS)[]; // the record is a literal
const TIME_MAX_MS = 5000;
/** Enough to notice a mistake. ASSAY_FUZZ_RUNS=10000 searches thoroughly. */
const RUNS = Number(process.env['ASSAY_FUZZ_RUNS'] ?? 25);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (of: string) => new TextEncoder().encode(of);
const VECTORS = readdirSync(new URL('../../vectors/evidence/', import.meta.url)).filter((name) =>
  name.endsWith('.json'),
);
const KEYS = [...new Set(VECTORS.flatMap((name) => text(vector(name)).match(/"[^"]*"(?=\s*:)/g) ?? []))].map((key) =>
  key.slice(1, -1),
);

/** What each reader makes of the bytes; anything but a value or a refusal of evidence fails the test. */
const readAll = (input: Uint8Array, readers: readonly (keyof typeof READERS)[] = NAMES) => {
  for (const name of readers) {
    const elapsedMs = processorTime();
    try {
      expect(READERS[name](input)).toBeTypeOf('object');
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw new Error(`${name} threw ${String(thrown)}`, { cause: thrown });
      expect(thrown.code).toBe('EvidenceUnreadable');
      expect(thrown.violations.length).toBeLessThanOrEqual(10);
      expect(thrown.message.isWellFormed()).toBe(true);
    }
    expect(elapsedMs()).toBeLessThan(TIME_MAX_MS);
  }
};

afterEach(() => {
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
    expect(Object.keys(prototype)).toEqual([]);
  }
  expect({}).not.toHaveProperty('polluted');
});

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', '1', 'NaN', '-Infinity', 'Completed', -0, 1e15, 5e-324, 0.1, [], {}),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'gov.owner', 'a'.repeat(64)),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const key = fc.oneof(
  fc.constantFrom(...KEYS),
  fc.constantFrom('gov.owner', 'gov.failure_modes.2', 'hasOwnProperty', 'toString', 'value', 'prototype'),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 8, noNullPrototype: true }),
  ),
}));

/** A file that a tool wrote, with one of its nodes replaced. */
const spoilt = fc.tuple(fc.constantFrom(...VECTORS), fc.nat(), tree).map(([name, nth, value]) => {
  const document: unknown = JSON.parse(text(vector(name)));
  const places = placesIn(document);
  const place = places[nth % places.length];
  if (place !== undefined) Reflect.set(place.parent, place.key, value);
  return JSON.stringify(document);
});

const placesIn = (node: unknown): { parent: object; key: string }[] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([name, child]) => [{ parent: node, key: name }, ...placesIn(child)]);

/** The text of such a file with a piece cut out and another put in. */
const spliced = fc
  .tuple(
    fc.constantFrom(...VECTORS),
    fc.nat(),
    fc.nat({ max: 40 }),
    fc.oneof(
      fc.constantFrom(
        '1e999',
        '-1e999',
        'NaN',
        '.nan',
        '"__proto__":{"polluted":1},',
        '\\ud800',
        '"\\ud800":1,',
        '&a',
        '*a',
      ),
      fc.constantFrom(
        '[[[[[[[[',
        '{"a":'.repeat(40),
        '"owner":1,"owner":2,',
        '0x',
        '\u0000',
        '!!binary ',
        '<<: *a',
        '\n---\n',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
  )
  .map(([name, from, length, piece]) => {
    const whole = text(vector(name));
    const at = from % whole.length;
    return whole.slice(0, at) + piece + whole.slice(at + length);
  });

describe('every reader of evidence ends in a value or a refusal', () => {
  it('whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (input) => readAll(input)),
      { numRuns: RUNS },
    );
  });

  it('whatever tree is made of the keys of all formats', () => {
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 10, noNullPrototype: true }), (document) =>
        readAll(bytes(JSON.stringify(document))),
      ),
      { numRuns: RUNS },
    );
  });

  it('whatever node of a true file is replaced', () => {
    fc.assert(
      fc.property(spoilt, (document) => readAll(bytes(document))),
      { numRuns: RUNS },
    );
  });

  it('whatever piece of a true file is replaced', () => {
    fc.assert(
      fc.property(spliced, (document) => readAll(bytes(document))),
      { numRuns: RUNS },
    );
  });

  it('whatever an envelope holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), spliced.map(bytes)), (payload) =>
        readAll(
          bytes(
            JSON.stringify({
              payloadType: 'application/vnd.in-toto+json',
              payload: Buffer.from(payload).toString('base64'),
            }),
          ),
          ['parseTrainingProvenance', 'parseArtifactSignature'],
        ),
      ),
      { numRuns: RUNS },
    );
  });
});

describe('every reader of evidence takes little time', () => {
  const within = (before: string, piece: string, after: string, total: number) =>
    before + piece.repeat(Math.floor((total - before.length - after.length) / piece.length)) + after;
  const SIZE = 262_144;

  it.each<[string, keyof typeof READERS, string]>([
    [
      'many metrics of one name',
      'parseModelCard',
      within(
        '{"evaluation_details":[{"name":"a","metric_groups":[{"name":"g","metric_data":[',
        '{"name":"n","type":"number","value":1},',
        ']}]}]}',
        SIZE,
      ),
    ],
    [
      'many custom details',
      'parseModelCard',
      within('{"additional_information":{"custom_details":{', '"gov.failure_modes":"a",', '"b":"c"}}}', SIZE),
    ],
    [
      'one detail of many lines',
      'parseModelCard',
      within('{"additional_information":{"custom_details":{"gov.failure_modes":"', 'a|\\n', '"}}}', SIZE),
    ],
    [
      'many bars',
      'parseModelCard',
      within('{"additional_information":{"custom_details":{"gov.failure_modes":"', '|', '"}}}', SIZE),
    ],
    ['many violations', 'parseDriftReport', within('{"violations":[', '{},', '{}]}', SIZE)],
    [
      'a long payload that is no base64',
      'parseTrainingProvenance',
      within('{"payloadType":"application/vnd.in-toto+json","payload":"', 'AAA', '!"}', SIZE),
    ],
    [
      'a long list of features',
      'parseEvaluationReport',
      within('{"info":{"status":"FINISHED"},"data":{"tags":{"gov.features":"', ' ,', '"}}}', SIZE),
    ],
    [
      'long digits',
      'parseEvaluationReport',
      within('{"info":{"status":"FINISHED"},"data":{"tags":{"gov.operating_threshold":"', '1', '"}}}', SIZE),
    ],
    [
      'many data components that refer to each other',
      'parseTrainingProvenance',
      within(
        '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[',
        '{"type":"data","name":"a","bom-ref":"a"},',
        '{"type":"machine-learning-model","name":"m"}]}',
        SIZE,
      ),
    ],
    ['bad escapes', 'parseModelCard', within('{"owner":"', '\\x', '"}', SIZE)],
    ['nothing but brackets', 'parseModelCard', within('', '[', '', SIZE)],
  ])('over %s', (_, reader, document) => {
    readAll(bytes(document), [reader]);
  });
});
