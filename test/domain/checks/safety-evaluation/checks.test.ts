import { describe } from 'vitest';
import { itJudges } from '../known-cases.ts';
import {
  anEdgeCase,
  anOutput,
  aPerturbation,
  aReport,
  digestOf,
  edgeCases,
  PERTURBED,
  read,
  someEvidence,
  someOutputs,
  unreadable,
} from '../stage-evidence.ts';

const absent = { kind: 'absent' } as const;
const PREDICTIONS = digestOf('predictions');

describe('adversarial_perturbation_test_passed', () => {
  const perturbation = (changes: object) => someEvidence({ perturbation: read(aPerturbation(changes), PERTURBED) });
  itJudges('adversarial_perturbation_test_passed', [
    {
      claim: 'passes a share of flipped decisions of exactly the maximum',
      evidence: someEvidence(),
      status: 'passed',
      measured: '0.0500 flipped, accuracy drop 0.0200',
      says: ['20 of 400 decisions flipped', '0.8600 without and 0.8400 with disturbance'],
    },
    {
      claim: 'fails one flipped decision more',
      evidence: perturbation({ flipped: 21 }),
      status: 'failed',
      measured: '0.0525 flipped, accuracy drop 0.0200',
      says: ['21 of 400', 'at most 0.05', 'Train with disturbed inputs'],
    },
    {
      claim: 'fails a drop of accuracy even if few decisions flip',
      evidence: perturbation({ perturbedCorrect: 340 - 21 }),
      status: 'failed',
      says: ['0.7975 with disturbance'],
    },
    {
      claim: 'passes a model that disturbance happens to help',
      evidence: perturbation({ perturbedCorrect: 350 }),
      status: 'passed',
      measured: '0.0500 flipped, accuracy gain 0.0150',
      says: [],
    },
    {
      claim: 'fails tables that are not of the same rows',
      evidence: perturbation({ repeatedIds: 1, unperturbedIds: 2, unknownIds: 3 }),
      status: 'failed',
      measured: 'not comparable',
      says: ['1 ids are in a table more than once', '2 rows of the predictions are missing', '3 perturbed rows'],
    },
    {
      claim: 'fails the undisturbed file in the place of the disturbed one',
      evidence: someEvidence({ perturbation: read(aPerturbation(), PREDICTIONS) }),
      status: 'failed',
      says: ['the same file'],
    },
    {
      claim: 'fails perturbed predictions that the report does not name: they could be of another model',
      evidence: someEvidence({ evaluationReport: read(aReport({ perturbation: undefined })) }),
      status: 'failed',
      says: ['(none)', PERTURBED, 'perturbation.predictions_sha256'],
    },
    {
      claim: 'fails predictions that the report is not about',
      evidence: someEvidence({
        evaluationReport: read(
          aReport({ predictions_sha256: undefined, artifact_sha256: digestOf('y'), test_split: undefined }),
        ),
      }),
      status: 'failed',
      says: ['(not named)', digestOf('y'), 'an unnamed number of test rows'],
    },
    {
      claim: 'fails when there are no predictions to compare with',
      evidence: (({ predictionsSha256: _, ...evidence }) => evidence)(someEvidence()),
      status: 'failed',
      says: ['no predictions on the undisturbed inputs'],
    },
    {
      claim: 'is inconclusive when the scores are those of undisturbed inputs',
      evidence: perturbation({ movedScores: 0 }),
      status: 'inconclusive',
      says: ['Every score is the same', 'not disturbed'],
    },
    {
      claim: 'is inconclusive about few rows, rows without decision and rows without label',
      evidence: perturbation({ compared: 99, labelled: 98, undecided: 301 }),
      status: 'inconclusive',
      says: ['301 rows have no decision', 'Only 99 rows', '1 rows have no label'],
    },
    {
      claim: 'judges without scores, which not every model gives',
      evidence: perturbation({ movedScores: undefined }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'is inconclusive about nothing at all, whatever the policy asks for',
      evidence: someEvidence({
        perturbation: read(aPerturbation({ compared: 0, labelled: 0, flipped: 0 }), PERTURBED),
      }),
      parameters: { minimum_rows: 1 },
      status: 'inconclusive',
      says: ['Only 0 rows'],
    },
    {
      claim: 'is not provided without perturbed predictions',
      evidence: someEvidence({ perturbation: absent }),
      status: 'not_provided',
      says: ['no perturbed predictions', 'further_evidence.perturbed_predictions'],
    },
    {
      claim: 'is an error when the tables cannot be read',
      evidence: someEvidence({ perturbation: unreadable('lacks column application_id') }),
      status: 'error',
      says: ['lacks column application_id'],
    },
    {
      claim: 'says so when the report cannot be read',
      evidence: someEvidence({ evaluationReport: unreadable('document is empty') }),
      status: 'failed',
      says: ['document is empty'],
    },
  ]);
});

describe('edge_case_inputs_handled', () => {
  const cases = (...list: object[]) => someEvidence({ edgeCaseResults: read(edgeCases({ cases: list })) });
  const kinds = { required_kinds: [], minimum_cases: 1 };
  itJudges('edge_case_inputs_handled', [
    {
      claim: 'passes cases of every kind that ended as expected',
      evidence: someEvidence(),
      status: 'passed',
      measured: '3 of 3 cases handled',
      says: ['missing_value, out_of_range, boundary_value'],
    },
    {
      claim: 'passes a prediction that is spelt differently',
      evidence: cases(
        anEdgeCase({ expected: { prediction: '1.0' }, observed: { prediction: 1 } }),
        anEdgeCase({ id: 'b', expected: { prediction: true }, observed: { prediction: 'True' } }),
        anEdgeCase({ id: 'c', expected: { prediction: '' }, observed: { prediction: '' } }),
      ),
      parameters: kinds,
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails a case that was not handled, whatever the file says of it',
      evidence: cases(anEdgeCase({ observed: { prediction: '1', score: 0.9 } })),
      parameters: kinds,
      status: 'failed',
      measured: '0 of 1 cases handled',
      says: ['income_missing', 'the input was not refused', 'The file says that it passed.'],
    },
    {
      claim: 'names everything that was expected and not observed',
      evidence: cases(
        anEdgeCase({
          expected: { prediction: 1, score_at_least: 0.5, score_at_most: 0.1, not_a_number: true, refused: false },
          observed: { prediction: 0, score: 0.2, refused: true },
          outcome: 'failed',
        }),
        anEdgeCase({ id: 'b', expected: { prediction: 1, score_at_least: 0 }, observed: {} }),
        anEdgeCase({ id: 'c', expected: { score_at_most: 1, not_a_number: false }, observed: { not_a_number: true } }),
      ),
      parameters: kinds,
      status: 'failed',
      says: [
        'prediction 1 was expected and 0 observed',
        'at least 0.5 was expected and 0.2 observed',
        'at most 0.1 was expected and 0.2 observed',
        'that is no number was expected',
        'the input was refused',
        'prediction 1 was expected and none observed',
        'at least 0 was expected and none',
        'at most 1 was expected and none',
        'that is a number was expected',
      ],
    },
    {
      claim: 'fails a file that calls a handled case failed: one of the two is wrong',
      evidence: cases(anEdgeCase({ outcome: 'failed' })),
      parameters: kinds,
      status: 'failed',
      says: ['ended as expected, but the file says that it failed'],
    },
    {
      claim: 'fails too few cases, a kind that is missing, and a case that appears twice',
      evidence: cases(anEdgeCase(), anEdgeCase()),
      status: 'failed',
      says: ['income_missing appears twice', '2 cases; at least 3', 'kind out_of_range', 'kind boundary_value'],
    },
    {
      claim: 'fails results of another artifact',
      evidence: someEvidence({ edgeCaseResults: read(edgeCases({ artifact_sha256: digestOf('x') })) }),
      status: 'failed',
      says: [digestOf('x'), 'Create one for this artifact'],
    },
    {
      claim: 'is not provided without results',
      evidence: someEvidence({ edgeCaseResults: absent }),
      status: 'not_provided',
      says: ['further_evidence.edge_case_results'],
    },
  ]);
});

describe('output_boundary_verified', () => {
  const groups = (...list: ReturnType<typeof anOutput>[]) =>
    someEvidence({
      modelOutputs: read(someOutputs({ groups: list }), PREDICTIONS),
      evaluationReport: read(
        aReport({ test_split: { rows: list.reduce((sum, { rows }) => sum + rows, 0), method: '' } }),
      ),
    });
  itJudges('output_boundary_verified', [
    {
      claim: 'passes scores within their bounds and two decisions, one of them the favorable one',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'scores from 0.1 to 1; 2 decisions',
      says: ['All 400 answers', '0.0, 1.0'],
    },
    {
      claim: 'fails scores beyond their bounds',
      evidence: groups(anOutput('1.0', '1.0', 5, { lowestScore: -0.1, highestScore: 1.5 })),
      status: 'failed',
      says: ['lowest score is -0.1, below 0', 'highest score is 1.5, above 1'],
    },
    {
      claim: 'fails scores that are missing or no numbers, and rows without decision',
      evidence: groups(
        anOutput('1.0', '1.0', 5, { missingScores: 2, unusableScores: 3, lowestScore: null, highestScore: null }),
        anOutput(null, '1.0', 4),
      ),
      status: 'failed',
      says: ['4 rows have no decision', '2 rows have no score', '3 scores are infinite or not a number'],
    },
    {
      claim: 'tells no bounds where no score is a number',
      evidence: groups(anOutput('1.0', '1.0', 5, { unusableScores: 5, lowestScore: null, highestScore: null })),
      status: 'failed',
      measured: 'scores from undefined to undefined; 1 decisions',
      says: ['5 scores'],
    },
    {
      claim: 'fails a third decision',
      evidence: groups(anOutput('1.0', '1.0', 5), anOutput('0.0', '1.0', 5), anOutput('maybe', '1.0', 5)),
      status: 'failed',
      says: ['not allowed: maybe'],
    },
    {
      claim: 'holds decisions against those that the policy names',
      evidence: groups(anOutput('approve', null, 5), anOutput('Refer', null, 5), anOutput('deny', null, 5)),
      parameters: { allowed_predictions: ['approve', 'Refer'] },
      status: 'failed',
      says: ['not allowed: deny'],
    },
    {
      claim: 'takes a decision for what it means, not for how it is spelt',
      evidence: groups(anOutput('1', null, 5), anOutput('true', null, 5), anOutput('refer', null, 5)),
      parameters: { allowed_predictions: ['1.0', 'True', 'Refer'] },
      status: 'failed',
      says: ['not allowed: refer.'],
    },
    {
      claim: 'takes other bounds from the policy',
      evidence: groups(anOutput('1.0', '1.0', 5, { lowestScore: 300, highestScore: 850 })),
      parameters: { minimum_score: '300', maximum_score: '850' },
      status: 'passed',
      says: ['300 to 850'],
    },
    {
      claim: 'is not provided without a column of scores',
      evidence: someEvidence({ modelOutputs: read(someOutputs({ hasScores: false }), PREDICTIONS) }),
      status: 'not_provided',
      says: ['predictions.score_column'],
    },
    {
      claim: 'judges decisions alone where the policy needs no scores',
      evidence: someEvidence({ modelOutputs: read(someOutputs({ hasScores: false }), PREDICTIONS) }),
      parameters: { require_scores: false },
      status: 'passed',
      measured: 'no scores; 2 decisions',
      says: [],
    },
    {
      claim: 'is not provided by an empty table',
      evidence: groups(),
      status: 'not_provided',
      says: ['no rows'],
    },
    {
      claim: 'fails predictions of something else',
      evidence: someEvidence({ evaluationReport: read(aReport({ predictions_sha256: digestOf('x') })) }),
      status: 'failed',
      measured: 'other predictions',
      says: [digestOf('x')],
    },
  ]);
});
