import { dirname, resolve } from 'node:path';
import { fileChunks } from '../../adapters/counting/file-chunks.ts';
import { outcomeSources, safetySources, type TablesOnDisk } from '../../adapters/counting/prediction-tables.ts';
import type { Downloads } from '../../adapters/s3-downloads.ts';
import { timer } from '../../adapters/timer.ts';
import type { EvidencedRelease, EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import { signatureTrustOf } from '../../domain/checks/security-review/model-artifact-signed.ts';
import { verifyArtifactSignature } from '../../domain/evidence/artifact-signature.ts';
import { rehearse } from '../../domain/gate/rehearsal.ts';
import { Instant } from '../../domain/identifiers.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import { policyOf } from '../../domain/policy/scoped-policies.ts';
import { assertOverride } from '../../domain/policy/tier-override.ts';
import { claimViolations, parseManifest } from '../../domain/release/manifest.ts';
import { connect } from '../client/connection.ts';
import { deploymentFacts } from '../client/deployment-facts.ts';
import { defineCommand, EXIT, type Surroundings } from '../command.ts';
import { readManifest } from '../files/manifest-file.ts';
import { bytesFrom, fileOf, type HeldFile, holdFiles, pinnedOf } from '../files/manifest-files.ts';
import { type PlaceRules, parseMirror, placesOf, withoutPaths } from '../files/manifest-places.ts';
import { type MissingSignature, missingSignature } from '../files/missing-signature.ts';
import { DEFAULT_APPROVERS, DEFAULT_POLICY, readApprovers, readPolicies } from '../files/policy-file.ts';
import { withTemporaryFolder } from '../files/temporary-folder.ts';
import { terminalOf } from '../terminal/group-bars.ts';
import { whileWorking } from '../terminal/progress.ts';
import { jsonText, plain } from '../terminal/text.ts';
import { accountOf } from './check-account.ts';
import { documentOf, judgementOf } from './check-document.ts';

export const command = defineCommand({
  name: 'check',
  parameters: ['MANIFEST'],
  description: [
    'Runs the automated checks of the policy on the files that a manifest names, as the release would, and reports for',
    'each what was measured, the threshold, and what to do. Nothing is requested, and nothing is stored.',
    '',
    'The manifest may name files by path, relative to its own folder, or by s3:// URI. A file in S3 is first looked for in',
    "the local copies that --at names, then beside the manifest if it is in the artifact's S3 folder. Otherwise it is",
    'downloaded with your own AWS credentials and deleted afterwards. Checks that only a deployment can run are listed and',
    'never count as passed.',
    '',
    'Exit code 1: a blocking check does not pass, the manifest or the policy is invalid, a file does not match its digest',
    'in the manifest, or its bucket is not versioned. 2: wrong usage, or a file cannot be read.',
  ].join('\n'),
  example: 'examples/hmda-mortgage/1.1.0/release-manifest.yaml --first-release',
  options: {
    policy: { type: 'string', value: 'FILE', description: `the policy (${DEFAULT_POLICY})` },
    approvers: { type: 'string', value: 'FILE', description: `who may approve (${DEFAULT_APPROVERS}, if it exists)` },
    at: {
      type: 'string',
      multiple: true,
      value: 'S3_PREFIX=DIR',
      description: 'a local copy of an S3 prefix; may be repeated',
    },
    'from-s3': { type: 'boolean', description: 'do not use files beside the manifest in place of those in S3' },
    'first-release': { type: 'boolean', description: 'no release of this model is in production yet' },
    json: { type: 'boolean', description: 'print the findings as JSON' },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const policyFile = values.policy ?? DEFAULT_POLICY;
    const policies = await readPolicies(around, policyFile);
    const directory = await readApprovers(around, values.approvers);
    const manifestFile = resolve(around.directory, file);
    const rules: PlaceRules = {
      folder: dirname(manifestFile),
      mirrors: (values.at ?? []).map((text) => parseMirror(text, around.directory)),
      looksBeside: values['from-s3'] !== true,
    };
    const claim = await readManifest(manifestFile);
    return withHeldFiles({ claim, rules, around }, async (release, files, unsigned) => {
      const { policy } = policyOf(policies, release.manifest.model_name);
      assertOverride(policy, release.manifest);
      const bytes = bytesFrom(files);
      const { sources, unknown } = await deploymentFacts(release, bytes, values['first-release'] === true);
      const world = { sources: { ...sourcesOf(release, files, policy), ...sources }, unknown, timer };
      const work = rehearse(release, { policy, directory }, world);
      const rehearsal = await whileWorking(around.err, `checking ${release.manifest.release_id}`, work);
      const { manifest } = release;
      const hasApprovers = directory !== undefined;
      const checked = { manifest, policy, policyFile, hasApprovers, files, rehearsal, unsigned };
      around.out(
        values.json
          ? jsonText(documentOf(checked))
          : accountOf(checked, around.directory, terminalOf(around.env, process.stdout)),
      );
      return judgementOf(checked).outcome === 'allow' ? EXIT.ok : EXIT.no;
    });
  },
});

type Submission = { readonly claim: unknown; readonly rules: PlaceRules; readonly around: Surroundings };

type UseFiles<T> = (
  release: EvidencedRelease,
  files: readonly HeldFile[],
  unsigned: MissingSignature | undefined,
) => Promise<T>;

/**
 * Holds every file of the manifest for as long as it is used, or refuses and names everything that is wrong. Who has yet to
 * sign wants to know of the other checks before: they run without the signature.
 */
const withHeldFiles = <T>({ claim, rules, around }: Submission, use: UseFiles<T>): Promise<T> =>
  withTemporaryFolder(async (folder) => {
    const withUris = withoutPaths(claim);
    const places = await placesOf(claim, rules);
    const world = { downloads: downloadsFor(around), folder, say: (text: string) => around.err(plain(text)) };
    const faults = claimViolations(withUris);
    const unsigned = faults.length > 0 ? undefined : await missingSignature(places);
    const there = places.filter(({ field }) => field !== unsigned?.field);
    const files = await holdFiles(there, faults, world);
    return use({ manifest: parseManifest(withUris), pinned: pinnedOf(files) }, files, unsigned);
  });

/** The client is made when the first file is downloaded, because most runs need no AWS. */
const downloadsFor = (around: Surroundings): (() => Promise<Downloads>) => {
  let made: Promise<Downloads> | undefined;
  const make = async () => {
    const [{ s3Downloads }, { clientSettings }] = await Promise.all([
      import('../../adapters/s3-downloads.ts'),
      connect(around),
    ]);
    return s3Downloads(clientSettings);
  };
  return () => {
    made ??= make();
    return made;
  };
};

/** Reads the evidence from local files, and counts it with the same functions as the deployment. */
const sourcesOf = (release: EvidencedRelease, files: readonly HeldFile[], policy: PolicyRecord): EvidenceSources => {
  const { artifactSha256: sha256 } = release.pinned;
  const artifact = { sha256, bytes: async () => fileChunks(fileOf(files, sha256).path) };
  // As if it were requested now.
  const at = Instant.parse(new Date().toISOString());
  const trust = { ...signatureTrustOf(policy.stages.flatMap(({ checks }) => checks)), at };
  const tables: TablesOnDisk = (copies, use) => use(copies.map(({ sha256 }) => fileOf(files, sha256).path));
  return {
    bytes: bytesFrom(files),
    ...outcomeSources(release, tables),
    ...safetySources(release, tables),
    verifySignature: (signature) => verifyArtifactSignature(signature, artifact, trust),
    requestedAt: async () => at,
  };
};
