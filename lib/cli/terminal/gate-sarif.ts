/** The answer of the gate as SARIF 2.1.0, for code scanning and for viewers: one rule for each reason code. */
import type { GateAnswer } from './gate-account.ts';
import { plain } from './text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A log with one run. A denial has one result for each reason; an allowance has none, as a scan without findings. */
export const gateSarif = (answer: GateAnswer, { asked, version }: { asked: string; version: string }) => {
  const rules = [...new Set(answer.reasons.map(({ rule }) => rule))];
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Assay gate',
            semanticVersion: version,
            informationUri: 'https://assay.dev/gate/v1',
            rules: rules.map((id) => ({ id, shortDescription: { text: `The gate denies a release over ${id}.` } })),
          },
        },
        automationDetails: { id: `assay-gate/${asked.replaceAll(/\s+/g, '/')}` },
        invocations: [{ executionSuccessful: true }],
        results: answer.reasons.map(({ rule, evidence, explanation }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level: 'error',
          message: { text: plain(explanation) },
          locations: [locationOf(answer, asked)],
          ...(evidence === '' ? {} : { properties: { evidence_sha256: evidence } }),
        })),
        properties: {
          decision: answer.decision,
          ...(answer.inputs_sha256 === undefined ? {} : { inputs_sha256: answer.inputs_sha256 }),
          ...(answer.policy_sha256 === undefined ? {} : { policy_sha256: answer.policy_sha256 }),
        },
      },
    ],
  };
};

/** There is no line of source that a denial is about: it is about the artifact, and the release that names it. */
const locationOf = ({ subject, release_id: release }: GateAnswer, asked: string) => ({
  ...(subject === undefined ? {} : { physicalLocation: { artifactLocation: { uri: encodeURI(subject.name) } } }),
  logicalLocations: [{ fullyQualifiedName: release ?? asked, kind: 'module' }],
});
