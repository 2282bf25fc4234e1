import { describe } from 'vitest';
import { itJudges } from '../known-cases.ts';
import { aManifest, aProvenance, aReport, digestOf, read, someEvidence, unreadable } from '../stage-evidence.ts';

const provenance = (changes: object) => someEvidence({ dataProvenance: read(aProvenance(changes)) });
const column = (name: string, personal_data: string, handling: string) => ({ name, personal_data, handling });
const DECLARED = [column('income', 'indirect', 'kept'), column('debt', 'none', 'kept')];
const columns = (...others: object[]) =>
  provenance({ columns: [...DECLARED, ...others], personal_data: { method: 'Every column was read' } });

describe('training_data_sources_documented', () => {
  const dataset = { name: 'register', source: 'The register', sha256: digestOf('dataset'), records: 10 };
  itJudges('training_data_sources_documented', [
    {
      claim: 'passes when each data set is documented and one is the training data',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1 of 1 data sets documented',
      says: ['Every data set'],
    },
    {
      claim: 'fails a data set without source, digest and records, naming all of them',
      evidence: provenance({ datasets: [dataset, { name: 'extra', source: 'TBD', records: 0 }] }),
      status: 'failed',
      measured: '1 of 2 data sets documented',
      says: ['Data set extra lacks', 'source', 'sha256', 'records'],
    },
    {
      claim: 'fails when none of the data sets is the one that the manifest names',
      evidence: provenance({ datasets: [{ ...dataset, sha256: digestOf('other') }] }),
      status: 'failed',
      says: [digestOf('dataset'), 'training_dataset_sha256'],
    },
    {
      claim: 'names a data set without a name by its place',
      evidence: provenance({ datasets: [{ ...dataset, name: undefined }] }),
      status: 'failed',
      says: ['Data set 1 lacks name'],
    },
    {
      claim: 'has nothing to judge when no data set is listed',
      evidence: provenance({ datasets: [] }),
      status: 'not_provided',
      says: ['Add datasets'],
    },
    {
      claim: 'is an error when the file cannot be read',
      evidence: someEvidence({ dataProvenance: unreadable('line 3 is no YAML') }),
      status: 'error',
      says: ['line 3 is no YAML', 'request the release again'],
    },
  ]);
});

describe('pii_handling_verified', () => {
  itJudges('pii_handling_verified', [
    {
      claim: 'passes when every feature is declared and nothing sensitive is one',
      evidence: someEvidence(),
      status: 'passed',
      says: ['All 2 features', 'none of the 1 sensitive'],
    },
    {
      claim: 'fails a feature that no column declares',
      evidence: someEvidence({ evaluationReport: read(aReport({ features: ['income', 'debt', 'postcode'] })) }),
      status: 'failed',
      measured: '1 wrong',
      says: ['no column declares: postcode'],
    },
    {
      claim: 'names the first of many such features and counts the rest',
      evidence: someEvidence({
        evaluationReport: read(aReport({ features: Array.from({ length: 10 }, (_, index) => `f${index}`) })),
      }),
      status: 'failed',
      says: ['f0, f1, f2, f3, f4, f5, f6, f7 and 2 more'],
    },
    {
      claim: 'fails a direct identifier that is kept',
      evidence: columns(column('name', 'direct', 'kept')),
      status: 'failed',
      says: ['neither removed nor pseudonymised: name'],
    },
    {
      claim: 'passes a direct identifier that is pseudonymised',
      evidence: columns(column('name', 'direct', 'pseudonymised')),
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails a sensitive column that is kept as a feature',
      evidence: provenance({ columns: [column('income', 'sensitive', 'kept'), column('debt', 'none', 'kept')] }),
      status: 'failed',
      says: ['Sensitive columns kept as features: income', 'evaluation_only'],
    },
    {
      claim: 'fails a feature that is declared to be for evaluation only',
      evidence: provenance({
        columns: [column('income', 'sensitive', 'evaluation_only'), column('debt', 'none', 'removed')],
      }),
      status: 'failed',
      says: ['are features of the evaluated model: income, debt'],
    },
    {
      claim: 'fails a protected attribute that is a feature or is played down',
      evidence: someEvidence({
        dataProvenance: read(aProvenance({ columns: [...DECLARED, column('race', 'none', 'kept')] })),
        evaluationReport: read(aReport({ features: ['income', 'debt', 'race'] })),
      }),
      status: 'failed',
      says: ['not declared sensitive: race', 'used as features: race'],
    },
    {
      claim: 'fails a column that is declared twice',
      evidence: columns(column('income', 'none', 'kept')),
      status: 'failed',
      says: ['declared twice: income'],
    },
    {
      claim: 'fails direct identifiers that no column accounts for',
      evidence: provenance({ columns: DECLARED }),
      status: 'failed',
      says: ['no column is declared direct'],
    },
    {
      claim: 'has nothing to judge without columns',
      evidence: provenance({ columns: [] }),
      status: 'not_provided',
      says: ['Add columns'],
    },
    {
      claim: 'has nothing to judge without a method',
      evidence: provenance({ personal_data: { method: 'n/a' } }),
      status: 'not_provided',
      says: ['personal_data.method'],
    },
    {
      claim: 'is an error when the features cannot be read',
      evidence: someEvidence({ evaluationReport: unreadable('features is missing') }),
      status: 'error',
      says: ['evaluation report', 'features is missing'],
    },
  ]);
});

describe('consent_basis_documented', () => {
  itJudges('consent_basis_documented', [
    {
      claim: 'passes a basis with its reference',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'public_record',
      says: ['public_record'],
    },
    {
      claim: 'fails a basis without a reference',
      evidence: provenance({ consent: { basis: 'consent', reference: ' - ' } }),
      status: 'failed',
      says: ['Add consent.reference'],
    },
    {
      claim: 'fails a basis that the policy does not accept',
      evidence: provenance({ consent: { basis: 'legitimate_interest', reference: 'Memo 4' } }),
      parameters: { accepted_bases: ['consent', 'public_record'] },
      status: 'failed',
      measured: 'legitimate_interest',
      says: ['legitimate_interest is not accepted', 'consent, public_record'],
    },
    {
      claim: 'has nothing to judge without a basis',
      evidence: provenance({ consent: undefined }),
      status: 'not_provided',
      says: ['Add consent.basis'],
    },
  ]);
});

describe('data_retention_policy_compliant', () => {
  const retention = (changes: object) =>
    provenance({ retention: { policy: 'Kept', retention_days: 2555, review_date: '2027-11-30', ...changes } });
  itJudges('data_retention_policy_compliant', [
    {
      claim: 'passes a retention of exactly the maximum',
      evidence: retention({}),
      parameters: { maximum_retention_days: 2555 },
      status: 'passed',
      measured: '2555 days',
      says: ['2555 days', '2027-11-30'],
    },
    {
      claim: 'fails a retention of one day more',
      evidence: retention({ retention_days: 2556 }),
      parameters: { maximum_retention_days: 2555 },
      status: 'failed',
      says: ['2556 days', 'allows 2555', 'Shorten retention_days'],
    },
    {
      claim: 'fails a retention of no days',
      evidence: retention({ retention_days: 0 }),
      status: 'failed',
      says: ['0 days'],
    },
    {
      claim: 'fails a review on the day on which the collection ended',
      evidence: retention({ review_date: '2024-12-31' }),
      status: 'failed',
      says: ['2024-12-31', 'not after the collection'],
    },
    {
      claim: 'fails a review before a collection of which only the start is said',
      evidence: provenance({
        datasets: [{ name: 'undated' }, { collected: { from: '2028-01-01' } }],
        retention: { policy: 'Kept', retention_days: 1, review_date: '2027-11-30' },
      }),
      status: 'failed',
      says: ['ended 2028-01-01'],
    },
    {
      claim: 'passes a review when nobody says when the data were collected',
      evidence: provenance({
        datasets: [],
        retention: { policy: 'Kept', retention_days: 1, review_date: '2027-11-30' },
      }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'has nothing to judge without a retention, and names what to add',
      evidence: provenance({ retention: undefined }),
      status: 'not_provided',
      says: ['retention.policy', 'retention.retention_days', 'retention.review_date'],
    },
  ]);
});

describe('the manifest', () => {
  itJudges('training_data_sources_documented', [
    {
      claim: 'decides which data set counts as the training data',
      evidence: someEvidence({ manifest: aManifest({ training_dataset_sha256: digestOf('another') }) }),
      status: 'failed',
      says: [digestOf('another')],
    },
  ]);
});
