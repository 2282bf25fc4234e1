import { describe, expect, it } from 'vitest';
import { requiredColumnsOf } from '../../../../lib/domain/checks/bias-and-fairness/behaviour-change-within-threshold.ts';
import type { BehaviourCounts } from '../../../../lib/domain/evidence/predictions/behaviour.ts';
import { aBehaviour, aGroup } from '../a-behaviour.ts';
import { itJudges } from '../known-cases.ts';
import { aLiveRelease, aManifest, aReport, digestOf, read, someEvidence, unreadable } from '../stage-evidence.ts';

const compared = (changes: Partial<BehaviourCounts>) =>
  someEvidence({ behaviour: read(aBehaviour(changes), PREDICTIONS) });
const PREDICTIONS = aReport().predictions_sha256 ?? digestOf('none');
const { predictions: former, ...unpinned } = aLiveRelease();
const formerNamedBy = (names: object) =>
  aLiveRelease(
    former === undefined ? {} : { predictions: { ...former, reference: { ...aManifest().predictions, ...names } } },
  );
const pair = { attribute: 'race × sex', value: 'black × female', stayedYes: 10, stayedNo: 80, yesToNo: 10, noToYes: 0 };
const [black, white] = aBehaviour().groups;
const groups = [black, white].flatMap((group) => group ?? []);
/** Half of a group was decided otherwise. */
const changed = { attribute: 'race', value: 'black', stayedYes: 30, stayedNo: 30, yesToNo: 40, noToYes: 0 };
const unchanged = { attribute: 'race', value: 'black', stayedYes: 60, stayedNo: 40, yesToNo: 0, noToYes: 0 };

describe('behaviour_change_within_threshold (CK-15)', () => {
  itJudges('behaviour_change_within_threshold', [
    {
      claim: 'passes few changes, and says how many, in which direction, where most, and on how many common rows',
      evidence: someEvidence(),
      status: 'passed',
      measured: '0.0375 changed',
      says: [
        '15 of 400 decisions changed (0.0375): 5 from yes to no, 10 from no to yes (McNemar p 0.3018)',
        'At most in race black: 10 of 200 decisions changed (0.0500)',
        '400 rows are common to this release (400) and credit-2.0.0 (400), 1.0000 of the smaller',
      ],
    },
    {
      claim: 'passes a release that changes nothing, without a test of nothing',
      evidence: compared({ all: { stayedYes: 390, stayedNo: 10, yesToNo: 0, noToYes: 0 }, groups: [] }),
      status: 'passed',
      measured: '0.0000 changed',
      says: ['0 of 400 decisions changed (0.0000): 0 from yes to no, 0 from no to yes.'],
      saysNot: ['McNemar'],
    },
    {
      claim: 'passes on the very threshold',
      evidence: compared({ all: { stayedYes: 375, stayedNo: 5, yesToNo: 10, noToYes: 10 } }),
      status: 'passed',
      measured: '0.0500 changed',
      says: [],
    },
    {
      claim: 'fails too many changes of all decisions',
      evidence: compared({ all: { stayedYes: 375, stayedNo: 4, yesToNo: 11, noToYes: 10 } }),
      status: 'failed',
      measured: '0.0525 changed',
      says: ['21 of 400 decisions changed'],
    },
    {
      claim: 'fails too many changes about one group, the worst first, however few there are in all',
      evidence: someEvidence(),
      parameters: { maximum_changed_in_group: '0.02' },
      status: 'failed',
      says: ['race black: 10 of 200', 'race white: 5 of 200 decisions changed (0.0250)'],
    },
    {
      claim: 'judges pairs of attributes only where the policy asks',
      evidence: compared({ groups: [...groups, aGroup(pair)] }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails too many changes about a pair of them, where it does',
      evidence: compared({ groups: [...groups, aGroup(pair)] }),
      parameters: { intersections: true, maximum_changed_in_group: '0.09' },
      status: 'failed',
      says: ['race × sex black × female: 10 of 100 decisions changed (0.1000)'],
    },
    {
      claim: 'is inconclusive about a group of too few compared rows',
      evidence: compared({
        groups: [...groups, aGroup({ ...pair, attribute: 'race', value: 'asian', stayedNo: 0 })],
      }),
      status: 'inconclusive',
      says: ['Too few compared rows to judge race asian (20 rows); at least 30 are needed'],
    },
    {
      claim: 'names the columns whose values go with the changes',
      evidence: compared({
        columns: [
          {
            column: 'branch',
            values: [
              { value: 'b7', compared: 40, changed: 12 },
              { value: 'b1', compared: 360, changed: 3 },
            ],
          },
          {
            column: 'month',
            values: [
              { value: '1', compared: 200, changed: 7 },
              { value: '2', compared: 200, changed: 8 },
            ],
          },
        ],
      }),
      status: 'passed',
      says: ["The changes go with branch (Cramér's V 0.46): most with b7, 12 of 40."],
      saysNot: ['month'],
    },
    {
      claim: 'says how many common rows were not compared',
      evidence: compared({ undecided: 3 }),
      status: 'passed',
      says: ['3 common rows lack a decision and are not compared'],
    },
    {
      claim: 'says how many compared rows the two tables say different things of',
      evidence: compared({ contradicted: 3 }),
      status: 'passed',
      says: ['3 compared rows do not have the label, protected attributes and columns that they have in the table of'],
    },
    {
      claim: 'is inconclusive where so many common rows lack a decision that too few are compared',
      evidence: compared({ undecided: 41 }),
      status: 'inconclusive',
      measured: 'too few decisions',
      says: ['41 of them lack a decision of one of the two; at least 0.9'],
    },
    {
      claim: 'counts rows without a decision and rows that are others together',
      evidence: compared({ undecided: 21, contradicted: 20 }),
      status: 'inconclusive',
      measured: 'not the same rows',
      says: ['20 of those with decisions do not have the label'],
    },
    {
      claim: 'is inconclusive where the table leaves out most rows that the live release decided',
      evidence: compared({ live: { ...aBehaviour().all, rows: 1000, undecided: 0, contradicted: 0 } }),
      status: 'inconclusive',
      measured: 'too few rows of production',
      says: [
        'Of the rows that credit-2.0.0 decided, at least 0.9 must be compared.',
        "all rows: 400 of 1000; 600 are not in this release's table.",
      ],
    },
    {
      claim: 'is inconclusive about a group of the live table that is missing, undecided or other in too many rows',
      evidence: compared({
        liveGroups: [aGroup(unchanged, { rows: 150, undecided: 20, contradicted: 10 }), ...groups],
      }),
      status: 'inconclusive',
      measured: 'too few rows of production',
      says: [
        "race black: 90 of 150; 30 are not in this release's table, 20 lack a decision, 10 do not have the label, protected attributes and columns",
      ],
      saysNot: ['race white', 'all rows'],
    },
    {
      claim: 'is inconclusive about a group of the live table of which no row is compared',
      evidence: compared({
        liveGroups: [
          ...groups,
          aGroup(
            { attribute: 'race', value: 'asian', stayedYes: 0, stayedNo: 0, yesToNo: 0, noToYes: 0 },
            { rows: 10 },
          ),
        ],
      }),
      status: 'inconclusive',
      says: ["race asian: 0 of 10; 10 are not in this release's table"],
    },
    {
      claim: "is inconclusive about a group of the release's own table that lacks too many decisions",
      evidence: compared({ groups: [aGroup(unchanged, { undecided: 20 }), ...groups], liveGroups: groups }),
      status: 'inconclusive',
      measured: 'too few rows of a group',
      says: [
        'Of the common rows of each group, at least 0.9 must be compared. race black: 100 of 120; 20 lack a decision',
      ],
      saysNot: ['Of the rows that credit-2.0.0 decided'],
    },
    {
      claim: 'asks about pairs of attributes of the live table only where the policy does',
      evidence: compared({ groups, liveGroups: [...groups, aGroup(pair, { rows: 200 })] }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'takes a smaller share of the live table where the policy says so',
      evidence: compared({ live: { ...aBehaviour().all, rows: 1000, undecided: 0, contradicted: 0 } }),
      parameters: { minimum_of_live: '0.4' },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails changes about a group of the live table, whatever the table of the release calls these people',
      evidence: compared({ groups, liveGroups: [aGroup(changed), ...groups] }),
      status: 'failed',
      says: ['race black by the table of credit-2.0.0: 40 of 100 decisions changed (0.4000)'],
    },
    {
      claim: 'is not provided where neither manifest names an attribute that the policy requires',
      evidence: someEvidence(),
      parameters: { required_attributes: ['Race', 'age_band'] },
      status: 'not_provided',
      says: ['The policy asks for groups by age_band. Add the column'],
    },
    {
      claim: 'needs a required attribute in the manifest of the live release only',
      evidence: someEvidence({ liveRelease: formerNamedBy({ protected_attributes: ['race', 'Age_Band'] }) }),
      parameters: { required_attributes: ['age_band'] },
      status: 'passed',
      says: [],
    },
    {
      claim: 'says by which columns rows were compared, and which the live table does not have',
      evidence: compared({ sameColumns: ['income'] }),
      parameters: { required_columns: ['income', 'term'] },
      status: 'passed',
      says: [
        'Rows were also compared by income.',
        'The table of credit-2.0.0 has no column term, so rows were not compared by it.',
      ],
    },
    {
      claim: 'passes where nothing is in production',
      evidence: someEvidence({ liveRelease: undefined, behaviour: { kind: 'absent' } }),
      status: 'passed',
      measured: 'nothing in production',
      says: [],
    },
    {
      claim: 'is not provided where neither manifest says what tells rows apart',
      evidence: someEvidence({ behaviour: { kind: 'absent' }, liveRelease: formerNamedBy({}) }),
      status: 'not_provided',
      says: [
        'The manifest has no predictions.columns.row_id.',
        'The manifest of credit-2.0.0, which is in production, has no',
      ],
    },
    {
      claim: 'is not provided where only that of the release in production does not',
      evidence: someEvidence({
        manifest: aManifest({ predictions: { ...aManifest().predictions, columns: { row_id: 'id' } } }),
        behaviour: { kind: 'absent' },
        liveRelease: unpinned,
      }),
      status: 'not_provided',
      says: ['The manifest of credit-2.0.0'],
      saysNot: ['The manifest has no'],
    },
    {
      claim: 'is not provided without any common row',
      evidence: compared({ common: 0 }),
      status: 'not_provided',
      says: ['No row of the predictions is in those of credit-2.0.0'],
    },
    {
      claim: 'is inconclusive below the share of common rows that the policy asks for',
      evidence: compared({ common: 359 }),
      status: 'inconclusive',
      measured: 'too few common rows',
      says: ['359 rows are common', '0.8975 of the smaller; at least 0.9'],
    },
    {
      claim: 'takes the share of the smaller table, which a policy has to allow',
      evidence: compared({
        rows: { now: 400, former: 4000 },
        common: 360,
        live: { ...aBehaviour().all, rows: 4000, undecided: 0, contradicted: 0 },
      }),
      parameters: { minimum_of_live: '0.1' },
      status: 'passed',
      says: ['0.9000 of the smaller'],
    },
    {
      claim: 'is inconclusive where ids were given to other rows than they had',
      evidence: compared({ contradicted: 41 }),
      status: 'inconclusive',
      measured: 'not the same rows',
      says: ['41 of those with decisions do not have the label, protected attributes and columns'],
    },
    {
      claim: 'is inconclusive about decisions of more than two values, whichever of the two has them',
      evidence: compared({ otherValues: { now: 1, former: 7 } }),
      status: 'inconclusive',
      says: ['The decisions have 7 values besides the favorable one'],
    },
    {
      claim: 'is inconclusive where no row has both decisions',
      evidence: compared({ all: { stayedYes: 0, stayedNo: 0, yesToNo: 0, noToYes: 0 }, groups: [] }),
      status: 'inconclusive',
      says: ['No row has a decision of both releases'],
    },
    {
      claim: 'fails predictions that the evaluation report does not tie to the artifact',
      evidence: someEvidence({ evaluationReport: read(aReport({ predictions_sha256: digestOf('others') })) }),
      status: 'failed',
      measured: 'other predictions',
      says: [],
    },
    {
      claim: 'is an error on tables that cannot be compared',
      evidence: someEvidence({ behaviour: unreadable('has a-1 2 times') }),
      status: 'error',
      says: ['has a-1 2 times'],
    },
  ]);
});

describe('the columns that rows must have alike', () => {
  it('are those that the policy requires for this check, and none where it does not use it', () => {
    const used = { name: 'behaviour_change_within_threshold', mode: 'enforce', parameters: {} };
    const other = { ...used, name: 'baseline_not_regressed', parameters: { required_columns: ['b'] } };

    expect(requiredColumnsOf([other, { ...used, parameters: { required_columns: ['income'] } }])).toEqual(['income']);
    expect(requiredColumnsOf([other, used])).toEqual([]);
  });
});
