import { describe } from 'vitest';
import { itJudges } from './known-cases.ts';
import {
  aCard,
  aGroup,
  aLiveRelease,
  aManifest,
  aReport,
  digestOf,
  read,
  someEvidence,
  unreadable,
  withOutcomes,
} from './stage-evidence.ts';

const card = (changes: object) => someEvidence({ modelCard: read(aCard(changes)) });

describe('known_limitations_documented (CK-8)', () => {
  itJudges('known_limitations_documented', [
    { claim: 'passes a card that names one', evidence: someEvidence(), status: 'passed', measured: '1', says: [] },
    {
      claim: 'fails fewer than the policy asks for, placeholders not counted',
      evidence: card({ known_limitations: ['Old data', 'TBD'] }),
      parameters: { minimum: 2 },
      status: 'failed',
      measured: '1',
      says: ['it needs 2'],
    },
    {
      claim: 'is not provided by a card without any',
      evidence: card({ known_limitations: [] }),
      status: 'not_provided',
      says: ['every model has some'],
    },
  ]);
});

describe('operational_owner_acknowledged (CK-8)', () => {
  itJudges('operational_owner_acknowledged', [
    {
      claim: 'passes an acknowledgement with owner, statement and date',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'Platform on-call',
      says: ['2026-10-01', 'We run it.'],
    },
    {
      claim: 'fails half of one, naming what is missing',
      evidence: card({ operational_acknowledgement: { statement: 'pending' } }),
      status: 'failed',
      measured: 'nobody',
      says: ['owner is missing', 'statement is missing', 'date is missing'],
    },
    {
      claim: 'fails one that says nothing',
      evidence: card({ operational_acknowledgement: { owner: 'Platform on-call', date: '2026-10-01' } }),
      status: 'failed',
      measured: 'Platform on-call',
      says: ['statement is missing'],
    },
    {
      claim: 'is not provided by a card without one',
      evidence: card({ operational_acknowledgement: undefined }),
      status: 'not_provided',
      says: ['Add operational_acknowledgement'],
    },
  ]);
});

describe('sensitive_subgroup_not_regressed (CK-8)', () => {
  const formerlyBy = (attribute: string, ...groups: [string, number, number][]) => {
    const live = aLiveRelease();
    const outcomes = live.outcomes && {
      ...live.outcomes,
      groups: groups.map(([value, count, favorable]) => ({ attribute, value, count, favorable })),
    };
    return { ...live, outcomes };
  };
  const formerly = (...groups: [string, number, number][]) => formerlyBy('race', ...groups);
  const now = (favorable: number, live = formerly(['black', 200, 100])) => ({
    ...withOutcomes([aGroup('race', 'black', 200, favorable)]),
    liveRelease: live,
  });
  const { predictions, ...others } = aManifest();
  const { predictions: _, ...unpinned } = formerly(['black', 200, 100]);
  const turned = { ...others, predictions: { ...predictions, favorable_value: '0' } };
  itJudges('sensitive_subgroup_not_regressed', [
    {
      claim: 'passes a rate that fell by exactly the maximum',
      evidence: now(90),
      status: 'passed',
      measured: '0.0500 lower for black',
      says: ['credit-2.0.0'],
    },
    {
      claim: 'passes a rate that rose, and says so',
      evidence: now(104),
      status: 'passed',
      measured: '0.0200 higher for black',
      says: ['at worst: 0.0200 higher for black'],
    },
    {
      claim: 'fails a group that is answered favorably less often, with both rates',
      evidence: now(89),
      status: 'failed',
      measured: '0.0550 lower for black',
      says: ['race black: 0.5000 (200 rows) by credit-2.0.0, 0.4450 (200 rows) now'],
    },
    {
      claim: 'compares no rates of two decisions: turned around, a fall looks like a rise',
      evidence: { ...now(150), manifest: turned },
      status: 'inconclusive',
      measured: 'another decision',
      says: ['A decision is favorable if it is 0, and for credit-2.0.0', 'if it is 1'],
    },
    {
      claim: 'takes the decision for the same where nothing says which it was',
      evidence: { ...now(100, unpinned), manifest: turned },
      status: 'passed',
      says: [],
    },
    {
      claim: 'compares them where the policy takes both values for the same',
      evidence: { ...now(100), manifest: turned },
      parameters: { accepted_favorable_values: ['1', '0'] },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails a favorable value that the policy does not accept',
      evidence: { ...now(100), manifest: turned },
      parameters: { accepted_favorable_values: ['1'] },
      status: 'failed',
      says: ['the policy accepts 1'],
    },
    {
      claim: 'finds a group that is spelt differently, and adds up what an earlier version told apart',
      evidence: {
        ...withOutcomes([aGroup('race', '1', 200, 100), aGroup('race', 'true', 200, 100)]),
        liveRelease: formerly(['1', 100, 50], ['1.0', 100, 50], ['True', 200, 100]),
      },
      status: 'passed',
      measured: '0.0000 lower for 1',
      says: [],
    },
    {
      claim: 'finds an intersection whose attributes the manifest names in another order',
      evidence: {
        ...withOutcomes([aGroup('race × sex', 'black × f', 200, 100)]),
        liveRelease: formerlyBy('sex × race', ['f × black', 200, 100]),
      },
      status: 'passed',
      says: [],
    },
    {
      claim: 'says that a group may have got another name, instead of sending for more data',
      evidence: {
        ...withOutcomes([aGroup('race', 'black', 200, 100), aGroup('race', 'Two or more', 200, 100)]),
        liveRelease: formerly(['black', 200, 100], ['two-or-more', 200, 100]),
      },
      status: 'failed',
      says: ['race two-or-more was evaluated', 'If two-or-more and Two or more are one group, write it in one way.'],
    },
    {
      claim: 'fails the predictions of another model: they could be fairer than those of this one',
      evidence: { ...now(100), evaluationReport: read(aReport({ predictions_sha256: digestOf('fairer') })) },
      status: 'failed',
      measured: 'other predictions',
      says: [digestOf('fairer')],
    },
    {
      claim: 'is an error when nothing ties the predictions to the artifact',
      evidence: { ...now(100), evaluationReport: unreadable('is not UTF-8') },
      status: 'error',
      says: ['is not UTF-8'],
    },
    {
      claim: 'fails a group that is no longer evaluated: it could have been left out for what it shows',
      evidence: now(100, formerly(['black', 200, 100], ['white', 200, 100])),
      status: 'failed',
      says: ['race white was evaluated for credit-2.0.0 and is no longer'],
    },
    {
      claim: 'counts a group without any decision as no longer evaluated',
      evidence: { ...withOutcomes([aGroup('race', 'black', 0, 0)]), liveRelease: formerly(['black', 200, 100]) },
      status: 'failed',
      measured: 'nothing',
      says: ['race black was evaluated'],
    },
    {
      claim: 'is inconclusive about a group that is, or was, too small',
      evidence: now(100, formerly(['black', 20, 10])),
      status: 'inconclusive',
      says: ['race black', 'more data'],
    },
    {
      claim: 'gives the interval of the drop and says that the point decided',
      evidence: now(90),
      status: 'passed',
      says: ['(95 % interval -0.0475 to 0.1462)', 'Decided on the point, not on the interval; 1 comparison'],
    },
    {
      claim: 'is inconclusive on the interval while the drop may be larger, and says how many rows would decide',
      evidence: now(98),
      parameters: { decide_on: 'interval' },
      status: 'inconclusive',
      measured: '0.0100 lower for black',
      says: ['straddles 0.05. With the same rates, about', 'of credit-2.0.0 and', 'of this release rows would decide.'],
    },
    {
      claim: 'passes a drop that is certainly no larger',
      evidence: {
        ...withOutcomes([aGroup('race', 'black', 20_000, 10_000)]),
        liveRelease: formerly(['black', 20_000, 10_100]),
      },
      parameters: { decide_on: 'interval' },
      status: 'passed',
      says: ['Decided on the interval; 1 comparison, intervals not adjusted.'],
    },
    {
      claim: 'fails a drop that is certainly larger',
      evidence: now(40),
      parameters: { decide_on: 'interval', multiple_groups: 'holm' },
      status: 'failed',
      says: ['race black', 'intervals adjusted by Holm'],
    },
    {
      claim: 'is inconclusive when nothing can be compared',
      evidence: now(100, formerly()),
      status: 'inconclusive',
      says: ['any group'],
    },
    {
      claim: 'fails a group that got worse even if another one is too small',
      evidence: {
        ...withOutcomes([aGroup('race', 'black', 200, 50), aGroup('race', 'white', 200, 100)]),
        liveRelease: formerly(['black', 200, 100], ['white', 20, 10]),
      },
      status: 'failed',
      says: ['0.5000 (200 rows) by credit-2.0.0, 0.2500 (200 rows) now'],
    },
    {
      claim: 'passes when nothing is in production',
      evidence: someEvidence({ liveRelease: undefined }),
      status: 'passed',
      measured: 'nothing in production',
      says: [],
    },
    {
      claim: 'is inconclusive when no outcomes were kept',
      evidence: someEvidence({ liveRelease: aLiveRelease({ outcomes: undefined }) }),
      status: 'inconclusive',
      says: ['credit-2.0.0', 'Evaluate it again'],
    },
    {
      claim: 'is not provided without outcomes',
      evidence: (({ outcomeCounts: _, ...evidence }) => evidence)(someEvidence()),
      status: 'not_provided',
      says: ['No outcomes were counted'],
    },
    {
      claim: 'is an error when the table cannot be read',
      evidence: someEvidence({ outcomeCounts: unreadable('lacks column race') }),
      status: 'error',
      says: ['lacks column race'],
    },
  ]);
});
