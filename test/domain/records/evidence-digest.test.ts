import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import {
  evidenceDigest,
  evidenceDigestNow,
  formerEvidenceDigest,
} from '../../../lib/domain/records/evidence-digest.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import type { TierOverride } from '../../../lib/domain/release/tier-override.ts';
import { aServing, digestOf, person } from '../../support/approval-case.ts';
import { LOWERED } from '../../support/lowered-tier.ts';
import { checks, draft, pinnedDraft, releaseId, validated } from '../../support/release-life.ts';

type Facts = { readonly release: Release; readonly checks: readonly CheckRecord[] };
const facts: Facts = { release: validated, checks };
const digest = ({ release, checks: found }: Facts) => evidenceDigest(release, found);

const pinnedWith = (changes: object): Facts => {
  const { pinned } = validated;
  if (pinned === undefined) throw new Error('a validated release is pinned');
  return { ...facts, release: { ...validated, pinned: { ...pinned, ...changes } } };
};
const releaseWith = (changes: Partial<Release>): Facts => ({ ...facts, release: { ...validated, ...changes } });
const checkWith = (changes: Partial<CheckRecord>, at = 0): Facts => ({
  ...facts,
  checks: checks.map((check, index) => (index === at ? { ...check, ...changes } : check)),
});
const other = digestOf('other');

const servedWith = (changes: Record<string, unknown>): Facts => releaseWith({ serving: aServing(changes) });

/** Each component of the digest, changed in the smallest way that there is. */
const CHANGED: Record<string, Facts> = {
  'release id': releaseWith({ releaseId: releaseId('other') }),
  'model version': releaseWith({ modelVersion: '1.2.1' }),
  'manifest, whatever digest is stored beside it': releaseWith({
    manifest: { ...validated.manifest, trained_by: 'wes' },
  }),
  tier: releaseWith({ riskTier: 'low' }),
  requester: releaseWith({ requestedBy: person('wes') }),
  submitter: releaseWith({ submittedBy: 'wes' }),
  'key of the artifact': releaseWith({
    sources: { ...validated.sources, artifact: { ...validated.sources.artifact, key: 'other' } },
  }),
  'bucket of the artifact': releaseWith({
    sources: { ...validated.sources, artifact: { ...validated.sources.artifact, bucket: 'other' } },
  }),
  image: servedWith({ image: `other@sha256:${other}` }),
  'value of the environment': servedWith({ environment: { MODEL_SERVER_WORKERS: '2', THRESHOLD: '0.6' } }),
  'compression of the artifact': servedWith({
    model_data: { s3_uri: 's3://models/model.tar.gz', compression_type: 'None', version_id: 'v-model' },
  }),
  'data besides the artifact': servedWith({
    additional_model_data: [{ channel_name: 'a', s3_uri: 's3://models/a', compression_type: 'None' }],
  }),
  'locked copy': servedWith({
    model_data: {
      s3_uri: 's3://models/model.tar.gz',
      compression_type: 'Gzip',
      version_id: 'v-model',
      sha256: digestOf('artifact'),
      locked_copy_uri: `s3://copies/sha256/${digestOf('artifact')}/model.tar.gz`,
    },
  }),
  'place of a locked copy': servedWith({
    model_data: {
      s3_uri: 's3://models/model.tar.gz',
      compression_type: 'Gzip',
      version_id: 'v-model',
      sha256: digestOf('artifact'),
      locked_copy_uri: `s3://others/sha256/${digestOf('artifact')}/model.tar.gz`,
    },
  }),
  endpoint: servedWith({ endpoint_name: 'other' }),
  instance: servedWith({ instance_type: 'ml.m5.xlarge' }),
  'count of instances': servedWith({ instance_count: 2 }),
  isolation: servedWith({ network_isolation: true }),
  network: servedWith({ vpc: { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] } }),
  'data capture': servedWith({
    data_capture: { destination_s3_uri: 's3://c/x', sampling_percentage: 1, capture_modes: ['Input'] },
  }),
  key: servedWith({ kms_key_id: '1234abcd-12ab-34cd-56ef-1234567890ab' }),
  tag: servedWith({ tags: { CostCentre: '4711' } }),
  'specification that is not there': releaseWith({ serving: undefined }),
  'artifact bytes': pinnedWith({ artifactSha256: other }),
  'artifact version': releaseWith({
    sources: { ...validated.sources, artifact: { ...validated.sources.artifact, versionId: 'v-other' } },
  }),
  'how a check is known': checkWith({ knownBy: 'verified' }),
  policy: releaseWith({ policySha256: other }),
  ...Object.fromEntries(
    Object.entries({
      'lowered tier': {},
      'declared tier of a lowered one': { declared: 'medium' },
      'computed tier of a lowered one': { computed: 'medium' },
      'rule of a lowered tier': { rule: 'another' },
      'reason of a lowered tier': { reason: `${LOWERED.reason}.` },
      'role that has to agree': { roles: ['risk_owner', 'legal'] },
    } satisfies Record<string, Partial<TierOverride>>).map(([name, changes]) => [
      name,
      releaseWith({ tierOverride: { ...LOWERED, ...changes } }),
    ]),
  ),
  'rollback target': releaseWith({ rollbackTarget: 'mortgage-1-1-0' }),
  ...Object.fromEntries(
    Object.entries(validated.pinned?.evidence ?? {}).map(([name, kept]) => [
      name,
      pinnedWith({ evidence: { ...validated.pinned?.evidence, [name]: { ...kept, sha256: other } } }),
    ]),
  ),
  'further evidence': pinnedWith({
    evidence: { ...validated.pinned?.evidence, bias_report: { sha256: other, sizeBytes: 1 } },
  }),
  'mode of a check': checkWith({ mode: 'warn' }),
  'status of a check': checkWith({ status: 'failed' }),
  'what a check measured': checkWith({ measured: '0.13' }),
  'threshold of a check': checkWith({ threshold: 'at most 0.21' }),
  'evidence of a check': checkWith({ evidenceSha256: other }),
  'explanation of a check': checkWith({ explanation: 'The evidence says so, nearly.' }),
  'code of a check': checkWith({ codeSha256: other }),
  'name of a check': checkWith({ name: 'another_check' }),
  'a check that is not there': { ...facts, checks: checks.slice(1) },
};

describe('the evidence digest (GT-7)', () => {
  it.each(Object.entries(CHANGED))('is another with another %s', (_, changed) => {
    expect(digest(changed)).not.toBe(digest(facts));
  });

  it('is another with another model card, so that no approval outlives an edit (MC-6)', () => {
    const edited = CHANGED['model_card'];

    expect(edited?.release.pinned?.evidence.model_card.sha256).toBe(other);
    expect(edited === undefined ? '' : digest(edited)).not.toBe(digest(facts));
  });

  it('is another for each of these changes', () => {
    const digests = [facts, ...Object.values(CHANGED)].map(digest);

    expect(new Set(digests).size).toBe(digests.length);
  });

  it('does not depend on the order in which checks were read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(checks, { minLength: checks.length }), (shuffled) => {
        expect(evidenceDigest(validated, shuffled)).toBe(digest(facts));
      }),
    );
  });

  it('depends on every character that a check measured', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(checks.length - 1), (one, two, at) => {
        const isSame = digest(checkWith({ measured: one }, at)) === digest(checkWith({ measured: two }, at));

        expect(isSame).toBe(one === two);
      }),
    );
  });

  it('does not depend on what changes while people decide', () => {
    const later = releaseWith({ state: 'approved', version: 99, approvalRequestId: 'apr', recordUri: 's3://r' });

    expect(digest(later)).toBe(digest(facts));
  });

  it('is not made of a release without pinned evidence or without a rollback target', () => {
    expect(() => evidenceDigest(draft, checks)).toThrow('has no pinned');
    expect(() => evidenceDigest(pinnedDraft, checks)).toThrow('has no rollbackTarget');
  });
});

/** The digest, implemented in another language from the description of the format alone. */
const PYTHON = `
import hashlib, json, sys
facts = json.load(sys.stdin)
release, checks = facts["release"], facts["checks"]
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
version = facts.get("version", 3)
manifest = {name: value for name, value in release["manifest"].items() if name != "release_id"}
artifact = release["sources"]["artifact"]
document = {
    "schema_version": version,
    "release_id": release["releaseId"],
    "model_name": release["modelName"],
    "model_version": release["modelVersion"],
    "content_sha256": hashlib.sha256(canonical(manifest)).hexdigest(),
    "artifact": {"sha256": release["pinned"]["artifactSha256"], "version_id": artifact["versionId"]},
    "evidence": {name: kept["sha256"] for name, kept in release["pinned"]["evidence"].items()},
    "checks": [
        {
            "stage": check["stage"], "name": check["name"], "mode": check["mode"], "status": check["status"],
            "measured": check["measured"], "threshold": check["threshold"], "details": check["explanation"],
            "evidence_sha256": check["evidenceSha256"], "code_sha256": check["codeSha256"],
        } | ({"known_by": check["knownBy"]} if "knownBy" in check else {})
        for check in sorted(checks, key=lambda check: (check["stage"], check["name"]))
    ],
    "policy_sha256": release["policySha256"],
    "rollback_target": release["rollbackTarget"],
}
if version > 1:
    document["serving_sha256"] = hashlib.sha256(canonical(release["serving"])).hexdigest()
if version > 2:
    document["artifact"]["uri"] = "s3://" + artifact["bucket"] + "/" + artifact["key"]
    document |= {
        "risk_tier": release["riskTier"], "requested_by": release["requestedBy"],
        "submitted_by": release["submittedBy"], "answered_denials": sorted(release.get("answeredDenials", [])),
    }
if "tierOverride" in release:
    document["tier_override"] = release["tierOverride"]
print(hashlib.sha256(canonical(document)).hexdigest())
`;
const pythonDigest = (of: Facts & { readonly version?: number }): string =>
  execFileSync('python3', ['-c', PYTHON], { input: JSON.stringify(of), encoding: 'utf8' }).trim();

describe('the golden evidence digest', () => {
  it('is reproduced by another language', () => {
    expect(pythonDigest(facts)).toBe(digest(facts));
    expect(pythonDigest(checkWith({ measured: 'größer „0,2“ \u2028 😀' }))).toBe(
      digest(checkWith({ measured: 'größer „0,2“ \u2028 😀' })),
    );
  });

  it.each([
    [1, 'evidence-digest.json', formerEvidenceDigest],
    [2, 'evidence-digest.2.json', formerEvidenceDigest],
    [2, 'evidence-digest.locked-copy.json', formerEvidenceDigest],
    [2, 'evidence-digest.tier-override.json', formerEvidenceDigest],
    [3, 'evidence-digest.3.json', evidenceDigest],
  ])('has not changed since version %s of the format: %s', (version, file, digestAs) => {
    const vector = JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8'));
    const { release, checks: made } = vector.facts;

    expect(digestAs(release, made)).toBe(vector.digest);
    expect(pythonDigest({ ...vector.facts, version })).toBe(vector.digest);
    // A release that was under way stays what people were asked about.
    expect(evidenceDigestNow({ ...release, evidenceDigest: vector.digest }, made)).toBe(vector.digest);
    expect(
      evidenceDigestNow({ ...release, riskTier: 'low', evidenceDigest: vector.digest }, made) === vector.digest,
    ).toBe(version < 3);
  });
});
