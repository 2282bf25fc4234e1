import { DATA_PROVENANCE } from '../checks/data-provenance/checks.ts';
import { sha256 } from '../signing/canonical-json.ts';
import type { CanaryCase, StageCanaries } from './canary.ts';
import { ARTIFACT, COMMIT, DATASET_SHA256, releaseWith, reportOn } from './canary-release.ts';

const DATASET = {
  name: 'register',
  source: 'The lending register',
  sha256: DATASET_SHA256,
  records: 1000,
  collected: { from: '2024-01-01', to: '2024-12-31' },
};
const PROVENANCE = {
  schema_version: 1,
  datasets: [DATASET],
  columns: [
    { name: 'income', personal_data: 'indirect', handling: 'kept' },
    { name: 'debt', personal_data: 'none', handling: 'kept' },
    { name: 'race', personal_data: 'sensitive', handling: 'evaluation_only' },
    { name: 'name', personal_data: 'direct', handling: 'removed' },
  ],
  personal_data: { contains_direct_identifiers: true, method: 'Every column was read' },
  consent: { basis: 'public_record', reference: '12 U.S.C. 2801' },
  retention: { policy: 'Ten years', retention_days: 3650, review_date: '2027-11-30' },
};

const withProvenance = (changes: object = {}, features = ['income', 'debt']) =>
  releaseWith({
    data_provenance: { ...PROVENANCE, ...changes },
    evaluation_report: reportOn('', 1, { features }),
  });

const without = (changes: object): CanaryCase => ({ good: withProvenance(), bad: withProvenance(changes) });

/** What the builder says of the training, by the digest of what it read. */
const provenanceBy = (material: string) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'model', digest: { sha256: sha256(ARTIFACT) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'https://canary.example/training',
      externalParameters: {},
      resolvedDependencies: [
        { uri: 'git+https://canary.example/repository', digest: { gitCommit: COMMIT } },
        { name: 'register', digest: { sha256: material } },
      ],
    },
    runDetails: { builder: { id: 'https://ci.canary.example' } },
  },
});

const billOf = (material: string) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [
    { type: 'machine-learning-model', name: 'canary', hashes: [{ alg: 'SHA-256', content: sha256(ARTIFACT) }] },
    { type: 'data', name: 'register', hashes: [{ alg: 'SHA-256', content: material }] },
  ],
});

const OTHER_DATA = sha256('other training data');

export const DATA_PROVENANCE_CANARIES: StageCanaries = {
  known: DATA_PROVENANCE,
  cases: {
    training_data_sources_documented: without({ datasets: [{ ...DATASET, sha256: OTHER_DATA }] }),
    pii_handling_verified: {
      good: withProvenance(),
      bad: withProvenance({}, ['income', 'debt', 'race']),
    },
    consent_basis_documented: without({ consent: { basis: 'public_record', reference: '' } }),
    data_retention_policy_compliant: without({ retention: { ...PROVENANCE.retention, retention_days: 3651 } }),
    training_provenance_consistent: {
      good: releaseWith({ training_provenance: provenanceBy(DATASET_SHA256) }),
      bad: releaseWith({ training_provenance: provenanceBy(OTHER_DATA) }),
    },
    bill_of_materials_consistent: {
      good: releaseWith({ bill_of_materials: billOf(DATASET_SHA256) }),
      bad: releaseWith({ bill_of_materials: billOf(OTHER_DATA) }),
    },
  },
};
