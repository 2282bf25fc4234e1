/** No check passes because of a text that `assay init` wrote. */
import { describe, expect, it } from 'vitest';
import type { StageEvidence } from '../../../lib/domain/checks/check.ts';
import { STAGES } from '../../../lib/domain/checks/known-checks.ts';
import { runCheck } from '../../../lib/domain/checks/run-checks.ts';
import { draftDataProvenance } from '../../../lib/domain/evidence/drafts/data-provenance.ts';
import { draftModelCard } from '../../../lib/domain/evidence/drafts/model-card.ts';
import { parseDataProvenance } from '../../../lib/domain/evidence/readers/data-provenance.ts';
import { parseModelCard } from '../../../lib/domain/evidence/readers/model-card.ts';
import { toWrite, unwrittenPaths } from '../../../lib/domain/unwritten.ts';
import { aCard, aManifest, aProvenance, aReport, digestOf, read, someEvidence } from './stage-evidence.ts';

const manifest = aManifest();
const report = aReport();
const bytesOf = (document: object) => new TextEncoder().encode(JSON.stringify(document));

const CARD = draftModelCard({
  modelName: manifest.model_name,
  modelVersion: manifest.model_version,
  artifactSha256: manifest.artifact_sha256,
  metrics: report.metrics,
});
const PROVENANCE = draftDataProvenance({
  dataset: { name: 'register', sha256: digestOf('dataset'), rows: 2380 },
  columns: ['income', 'debt', 'race', 'income'],
});
const drafted = (changes: Partial<StageEvidence> = {}) =>
  someEvidence({
    modelCard: read(parseModelCard(bytesOf(CARD))),
    dataProvenance: read(parseDataProvenance(bytesOf(PROVENANCE))),
    ...changes,
  });

/** Without any parameter: the least that a check can ask for. */
const runAll = (evidence: StageEvidence) =>
  STAGES.flatMap((stage) =>
    stage.checks.map(({ name, reads }) => {
      const { verdict } = runCheck(stage, { name, mode: 'enforce', parameters: {} }, evidence);
      return { name, reads, ...verdict };
    }),
  );
const passing = (evidence: StageEvidence) =>
  runAll(evidence)
    .filter(({ status }) => status === 'passed')
    .map(({ name }) => name);

/** The same drafts, with nothing where a person has to write. */
const erased = (document: object): object =>
  JSON.parse(JSON.stringify(document), (_, value) =>
    typeof value === 'string' && unwrittenPaths(value).length > 0 ? '' : value,
  );

/** What each check that reads a drafted document says of it. The other one compares numbers, and no text. */
const REFUSED: Record<string, RegExp> = {
  training_data_sources_documented: /Still to be written: datasets\.description, datasets\.source, datasets\.license\./,
  pii_handling_verified: /personal_data\.method/,
  consent_basis_documented: /consent\.basis/,
  data_retention_policy_compliant: /retention\.policy, retention\.retention_days, retention\.review_date/,
  model_card_schema_valid:
    /Still to be written: owner, escalation_path, overview, intended_use, not_for_use, training_data\.source, .*operational_acknowledgement\.statement\./,
  failure_modes_documented: /Failure mode 1 .* lacks mode and effect and mitigation/,
  security_properties_documented: /security_properties/,
  intended_use_defined: /intended_use and not_for_use/,
  known_limitations_documented: /known_limitations/,
  operational_owner_acknowledged: /\.owner is missing.*\.statement is missing.*\.date is missing/,
};
const COMPARES_NUMBERS = 'performance_metrics_populated';

describe('what assay init drafts', () => {
  it('is refused by name by every check that reads its texts', () => {
    const readers = runAll(drafted()).filter(({ reads }) =>
      reads.some((field) => field === 'modelCard' || field === 'dataProvenance'),
    );

    expect(readers.map(({ name }) => name).sort()).toEqual([...Object.keys(REFUSED), COMPARES_NUMBERS].sort());
    for (const { name, status, explanation } of readers.filter((one) => one.name !== COMPARES_NUMBERS)) {
      expect({ name, status }).not.toEqual({ name, status: 'passed' });
      expect(explanation).toMatch(REFUSED[name] ?? /nothing/);
    }
  });

  it('lets no check pass that would not pass without its texts', () => {
    const without = drafted({
      modelCard: read(parseModelCard(bytesOf(erased(CARD)))),
      dataProvenance: read(parseDataProvenance(bytesOf(erased(PROVENANCE)))),
    });

    expect(passing(drafted())).toEqual(passing(without));
  });

  it('is refused for one text that is left, where people wrote all others', () => {
    const left = { ...aCard(), escalation_path: toWrite('who is called') };
    const evidence = drafted({ modelCard: read(left), dataProvenance: read(aProvenance()) });

    const refused = runAll(evidence).find(({ name }) => name === 'model_card_schema_valid');
    expect(refused).toMatchObject({ status: 'failed', explanation: 'Still to be written: escalation_path.' });
  });

  it('does not pass for the texts of the evaluation report', () => {
    const features = [toWrite('the inputs')];
    const test_split = { rows: 400, method: toWrite('the split') };
    const evidence = someEvidence({ evaluationReport: read({ ...report, features, test_split }) });

    const [pii, metrics] = ['pii_handling_verified', COMPARES_NUMBERS].map((check) =>
      runAll(evidence).find(({ name }) => name === check),
    );
    expect(pii).toMatchObject({ status: 'failed', explanation: /features of the evaluation report\./ });
    expect(metrics?.explanation).toContain(
      'Still to be written: evaluation report.test_split.method, evaluation report.features.',
    );
  });

  it('needs both facts of every column, and names the columns', () => {
    const columns = [
      { name: 'income', handling: 'kept' as const },
      { name: 'debt', personal_data: 'none' as const },
      { name: 'race', personal_data: 'sensitive' as const, handling: 'evaluation_only' as const },
    ];
    const evidence = someEvidence({
      dataProvenance: read(aProvenance({ columns, personal_data: { method: 'Read' } })),
    });

    expect(runAll(evidence).find(({ name }) => name === 'pii_handling_verified')).toMatchObject({
      status: 'failed',
      explanation: expect.stringContaining('Columns without personal_data or handling: income, debt.'),
    });
  });

  it('names so many fields, and counts the rest', () => {
    const uses = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`role_${index}`, toWrite('a name')]));
    const evidence = drafted({ modelCard: read({ ...aCard(), approvals: uses }) });

    const refused = runAll(evidence).find(({ name }) => name === 'model_card_schema_valid');
    expect(refused?.explanation).toMatch(/approvals\.role_23 and 6 more\.$/);
  });
});
