import { describe, expect, it } from 'vitest';
import { evidenceReaders } from '../../../lib/domain/checks/all-evidence.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { findUnreadEvidence } from '../../../lib/domain/checks/unread-evidence.ts';
import { FURTHER_EVIDENCE } from '../../../lib/domain/release/manifest.ts';
import { Pinned } from '../../../lib/domain/release/release.ts';
import { digestOf } from '../../support/approval-case.ts';
import { aManifest } from './stage-evidence.ts';

const kept = (name: string) => ({ sha256: digestOf(name), sizeBytes: 1 });
const REQUIRED = {
  evaluation_report: kept('report'),
  model_card: kept('card'),
  data_provenance: kept('provenance'),
  predictions: kept('predictions'),
};
const DESCRIPTOR =
  'schema_version: 1\nendpoint_name: credit\nentry_point: { arn: "arn:aws:apigateway:eu-central-1::/apis/abc/stages/prod" }';

/** How each kind of evidence is read from a release that brings this file, or none. */
const howEachIsRead = async (file?: string): Promise<Map<string, string>> => {
  const evidence = file === undefined ? REQUIRED : { ...REQUIRED, [file]: kept(file) };
  const pinned = Pinned.parse({ artifactSha256: digestOf('artifact'), evidence });
  const readers = evidenceReaders({ manifest: aManifest(), pinned }, { bytes: async () => Buffer.from(DESCRIPTOR) });
  const entries = Object.entries(readers);
  const results = await Promise.allSettled(entries.map(([, read]) => read()));
  return new Map(entries.map(([field], index) => [field, String(JSON.stringify(results[index]))]));
};

const CONFIGURATIONS = ['routing_config', 'threshold_config', 'training_config'];
const DOCUMENTS = FURTHER_EVIDENCE.filter((name) => !CONFIGURATIONS.includes(name));
const uri = 's3://models/credit/file.json';
const bringing = (name: string) => aManifest({ further_evidence: { [name]: uri } });
const using = (...names: string[]) => [{ name: 'any_stage', checks: names.map((name) => ({ name })) }];

describe('evidence that no check reads', () => {
  it.each(DOCUMENTS)('is %s, unless a check is used that is given it', async (name) => {
    const [without, with_] = await Promise.all([howEachIsRead(), howEachIsRead(name)]);
    // A digest alone is not the file.
    const isGiven = (field: string) => field !== 'subjects' && without.get(field) !== with_.get(field);
    const given = CHECKS.filter(({ reads }) => reads.some(isGiven));
    const others = CHECKS.filter((check) => !given.includes(check)).map((check) => check.name);

    expect(given).not.toEqual([]);
    for (const check of given) expect(findUnreadEvidence(bringing(name), using(check.name))).toEqual([]);
    expect(findUnreadEvidence(bringing(name), using(...others))).toEqual([name]);
  });

  it.each(CONFIGURATIONS)(
    'is not %s where a check looks at the manifest: nothing in it is judged by anybody',
    (name) => {
      const given = CHECKS.filter(({ reads }) => reads.includes('manifest'));
      const others = CHECKS.filter((check) => !given.includes(check)).map((check) => check.name);

      for (const check of given) expect(findUnreadEvidence(bringing(name), using(check.name)), check.name).toEqual([]);
      expect(findUnreadEvidence(bringing(name), using(...others))).toEqual([name]);
    },
  );

  it('is empty for evidence that was not submitted', () => {
    expect(findUnreadEvidence(aManifest(), using())).toEqual([]);
  });

  it('is none where a check is given all of it that a user wrote', () => {
    expect(findUnreadEvidence(bringing('bias_report'), [{ name: 'custom_checks', checks: [{ name: 'own' }] }])).toEqual(
      [],
    );
  });
});
