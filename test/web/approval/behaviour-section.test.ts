import { describe, expect, it } from 'vitest';
import { type BehaviourRecord, behaviourRecord } from '../../../lib/domain/evidence/behaviour-record.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { behaviourSection } from '../../../lib/web/approval/behaviour-section.ts';
import { aBehaviour, aGroup } from '../../domain/checks/a-behaviour.ts';
import { digestOf } from '../../support/approval-case.ts';

const record = (changes: Partial<BehaviourRecord> = {}): BehaviourRecord => ({
  ...behaviourRecord(
    {
      releaseId: ReleaseId.parse('credit-2'),
      predictionsSha256: digestOf('predictions'),
      liveReleaseId: ReleaseId.parse('credit-1'),
      livePredictionsSha256: digestOf('former'),
    },
    aBehaviour(),
    () => true,
  ),
  ...changes,
});
const LINE = { isJudged: (attribute: string) => attribute === 'race' };
const shown = (changes: Partial<BehaviourRecord> = {}, live = 'credit-1') =>
  String(behaviourSection(record(changes), live, LINE))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the section about decisions that change (CK-15)', () => {
  it('says how many change, in which direction, and on how many common rows', () => {
    expect(shown()).toContain(
      '15 of 400 decisions change, 5 from yes to no and 10 from no to yes (McNemar p 0.3018). 400 rows are in both tables, 100.0 % of the smaller.',
    );
  });

  it('has a row for each group, the one first that loses most', () => {
    expect(shown()).toMatch(/race black 5\.0 % of 200 4 6 race white 2\.5 % of 200 1 4/);
    const even = { attribute: 'race', value: 'even', stayedYes: 30, stayedNo: 30, yesToNo: 20, noToYes: 20 };
    expect(shown({ groups: [even, { ...even, value: 'loser', noToYes: 5 }] })).toMatch(/race loser.*race even/);
  });

  it('lets no attribute push out the groups of another, and none a judged one', () => {
    const churn = (index: number) => ({
      ...{ attribute: 'a_branch', value: `b${index}`, stayedYes: 15, stayedNo: 10, yesToNo: 14, noToYes: 1 },
    });
    const black = { attribute: 'race', value: 'Black', stayedYes: 1600, stayedNo: 30, yesToNo: 170, noToYes: 200 };
    const text = shown({ groups: [...[...Array(45).keys()].map(churn), { ...black, attribute: 'sex' }, black] });

    expect(text).toContain('No to yes race Black');
    expect(text).toContain('sex Black');
    expect(text).toContain('7 more groups not shown: of each attribute');
  });

  it('says how many groups of the live table it leaves out', () => {
    const lacking = (index: number) =>
      aGroup(
        { attribute: 'a_branch', value: `b${index}`, stayedYes: 1, stayedNo: 0, yesToNo: 0, noToYes: 0 },
        { rows: 40 },
      );
    const race = { ...lacking(0), attribute: 'race', value: 'Black', stayedYes: 39 };
    const liveGroups = [...[...Array(45).keys()].map(lacking), race];

    expect(shown({ liveGroups, liveGroupsLeftOut: 3 })).toMatch(/race Black 97\.5 % of 40.* 9 more groups not shown\./);
    expect(shown({ liveGroups: [race], liveGroupsLeftOut: 1 })).toContain('1 more group not shown.');
    expect(shown({ liveGroups: [race] })).not.toContain('not shown');
  });

  it('shows no group of few people, and counts what it does not show', () => {
    const few = { attribute: 'race', value: 'asian', stayedYes: 1, stayedNo: 1, yesToNo: 1, noToYes: 0 };

    const two = [few, { ...few, value: 'other' }];
    expect(shown({ groups: [...record().groups, ...two] })).toContain('2 groups of fewer than 30 compared rows not');
    expect(shown({ groups: [...record().groups, few], groupsLeftOut: 1 })).toMatch(
      /1 group of fewer than 30 compared rows not shown\. 1 more group not shown/,
    );
    expect(shown({ groups: [few] })).not.toContain('asian');
  });

  it('says that rows are not the same ones', () => {
    expect(shown({ contradicted: 7 })).toContain('7 of them do not have the label, protected attributes and columns');
  });

  it('says how many common rows lack a decision', () => {
    expect(shown({ undecided: 380 })).toContain('380 of them lack a decision and are not compared.');
    expect(shown()).not.toContain('lack a decision');
  });

  it('says of which groups of the live table rows are not compared, the worst first', () => {
    const liveGroups = ['black', 'white', 'asian'].map((value, index) =>
      aGroup(
        { attribute: 'race', value, stayedYes: 50, stayedNo: 0, yesToNo: 0, noToYes: 0 },
        index === 2 ? {} : { rows: 80 + index * 20, undecided: 10, contradicted: 5 },
      ),
    );

    expect(shown({ liveGroups })).toContain('Of the 400 rows that credit-1 decided, 400 are compared');
    expect(shown({ liveGroups })).toMatch(
      /Others race white 45\.0 % of 100 40 10 5 race black 56\.3 % of 80 20 10 5 Changed/,
    );
    expect(shown()).not.toContain('Rows that are not compared');
  });

  it('says nothing of that for what an earlier version stored', () => {
    const { live: _, liveGroups: __, undecided: ___, ...earlier } = record();

    expect(String(behaviourSection(earlier, 'credit-1', LINE))).not.toContain('decided');
  });

  it('says that another release is live now', () => {
    expect(shown({}, 'credit-9')).toContain('which was live when this release was judged and is not now');
    expect(shown()).not.toContain('is not now');
  });

  it('draws nothing where nothing changed, and is not there where nothing was compared', () => {
    const unchanged = { stayedYes: 200, stayedNo: 0, yesToNo: 0, noToYes: 0 };

    expect(shown({ all: unchanged, groups: [{ attribute: 'race', value: 'a', ...unchanged }] })).toContain(
      '0 of 200 decisions change, 0 from yes to no and 0 from no to yes.',
    );
    expect(behaviourSection(undefined, 'credit-1', LINE)).toBe('');
  });

  it('lets no name of a group become markup', () => {
    const [group] = record().groups;
    const hostile = String(
      behaviourSection(record({ groups: group ? [{ ...group, value: '<b>x' }] : [] }), 'credit-1', LINE),
    );

    expect(hostile).toContain('&lt;b&gt;x');
  });
});
