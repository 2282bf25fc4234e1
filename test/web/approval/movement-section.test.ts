import { describe, expect, it } from 'vitest';
import type { Movement } from '../../../lib/domain/questions/movements.ts';
import type { Unmatched } from '../../../lib/domain/questions/unmatched.ts';
import { movementSection } from '../../../lib/web/approval/movement-section.ts';
import { totalsOf } from '../../support/totals-of.ts';

const moved = (subject: string, errors: number | undefined, changes: Partial<Movement> = {}): Movement => ({
  ...{ subject, isReported: false, before: 0.5, after: 0.75, effect: 'better', errors },
  ...changes,
});
const NONE = { gone: [], come: [] };
const MATCHED: Unmatched = { counted: NONE, reported: NONE, unkept: [] };
const LINE = { isJudged: (attribute: string) => attribute === 'race' };
const section = (
  movements: readonly Movement[],
  unread: { releaseId: string; evidence: string; problem: string }[] = [],
  unmatched: Partial<Unmatched> = {},
) =>
  String(
    movementSection(
      { releaseId: 'credit-1', movements, unmatched: { ...MATCHED, ...unmatched }, unread },
      { modelName: 'credit', metrics: { auc: 1 }, totals: undefined, line: LINE },
    ),
  );
const COUNTED = {
  ...{ attribute: 'race', value: 'a', count: 100, favorable: 50 },
  ...{ labelled: 100, actualFavorable: 50, truePositive: 30, falsePositive: 20 },
};
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(([, row = '']) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

describe('what gets better and worse', () => {
  it('is said of metrics as their report gives them, and of groups as shares', () => {
    const group = { attribute: 'race', value: 'black' };

    expect(section([moved('f1', 3.2)])).toContain('<span class="badge badge-good">▲ better</span>');
    expect(rowsOf(section([moved('f1', 3.2), moved('true positive rate', -2.5, { group, effect: 'worse' })]))).toEqual([
      'f1 0.5 0.75 ▲ better 3.2 standard errors',
      'race black : true positive rate 50.0 % 75.0 % ▼ worse 2.5 standard errors',
    ]);
  });

  it('is not said of groups where another decision is called favorable', () => {
    const predictions = (favorable_value: string) => ({ prediction_column: 'approved', favorable_value });
    const other = { now: predictions('0'), live: predictions('1') };
    const html = String(
      movementSection(
        { releaseId: 'credit-1', movements: [], unmatched: MATCHED, unread: [], other },
        { modelName: 'credit', metrics: {}, totals: undefined, line: LINE },
      ),
    );

    expect(html.replaceAll(/<[^>]+>/g, '')).toContain(
      'for this release if approved is 0, for the live one if approved is 1',
    );
    expect(html).not.toContain('Nothing that Assay counted differs');
  });

  it('is called so only beyond chance; where that is not known, it says so', () => {
    const html = section([
      moved('auc', 1.9),
      moved('cost', undefined, { effect: 'worse' }),
      moved('rate', 4, { effect: 'other' }),
    ]);

    expect(html).not.toMatch(/badge-(good|bad)/);
    expect(rowsOf(html)).toEqual([
      'auc 0.5 0.75 within chance 1.9 standard errors',
      'cost 0.5 0.75 ▼ worse on how many rows is not known',
      'rate 0.5 0.75 changed 4.0 standard errors',
    ]);
  });

  it('has no colour where a report alone says so', () => {
    const html = section([moved('auc', 9, { isReported: true })]);

    expect(html).not.toMatch(/badge-(good|bad)/);
    expect(rowsOf(html)).toEqual(['auc 0.5 0.75 ▲ better 9.0 standard errors']);
  });

  it('folds nothing that is clearly worse, whatever else there is, and whatever reports say', () => {
    const claims = [...Array(128).keys()].map((index) => moved(`Accuracy ${index}`, 40, { isReported: true }));
    const gains = [...Array(20).keys()].map((index) => moved(`gain ${index}`, 20));
    const html = section([...claims, ...gains, moved('harm', -4.6, { effect: 'worse' })]);
    const [open = '', rest = ''] = html.split('<details>');

    expect(rowsOf(open).at(-1)).toMatch(/^harm/);
    expect(open).not.toContain('Accuracy');
    expect(rest).toMatch(/What the evaluation reports say.*Accuracy 29.*and 98 more/s);
    expect(rest).not.toContain('Accuracy 30');
  });

  it('names what only one of the two has', () => {
    const group = { attribute: 'race', value: 'black' };
    const rate = { subject: 'selection rate', group, measured: 0.48 };
    const many = Array.from({ length: 32 }, (_, index) => ({ subject: `m${index}`, measured: 1 }));
    const html = section([], [], {
      counted: { gone: [rate], come: [rate] },
      reported: { gone: [{ subject: 'recall', measured: 0.91 }], come: many },
    });

    expect(html).toMatch(/No longer counted:.*: selection rate, which was 48\.0 %/s);
    expect(html).toMatch(/Counted for the first time:.*: selection rate, which is 48\.0 %/s);
    expect(html).toMatch(/No longer in the evaluation report:.*recall<\/code>, which was 0\.91/s);
    expect(html).toMatch(/In the evaluation report for the first time:.*m29.*and 2 more/s);
    expect(html).not.toContain('m30');
    expect(html).toContain('Not everything that Assay counted could be compared');
    expect(section([])).not.toMatch(/counted:|report:|first time/);
  });

  it('cuts no group from what is no longer counted, and lets none fold one of another attribute', () => {
    const lone = (attribute: string, value: string) => ({
      ...{ subject: 'selection rate', group: { attribute, value }, measured: 0.48 },
    });
    const branches = Array.from({ length: 60 }, (_, index) => lone('branch', `b${index}`));
    const html = section([], [], {
      counted: { gone: [...branches, lone('sex', 'f'), lone('race', 'Black')], come: [] },
    });
    const [open = '', folded = ''] = html.split('<details>');

    expect(open).toContain('Black');
    expect(open).toContain('<bdi>f</bdi>');
    expect(folded).toMatch(/and 32 more<.*b59/s);
  });

  it('shows as many worse groups of each attribute as there is room for', () => {
    const worse = (attribute: string, index: number) =>
      moved('true positive rate', -9, { group: { attribute, value: `${attribute} ${index}` }, effect: 'worse' });
    const html = section([...Array(60).keys()].map((index) => worse('branch', index)).concat(worse('sex', 0)));

    expect(html.split('<details>')[0]).toContain('sex 0');
  });

  it('says what one of the two did not keep, and never that it does not differ', () => {
    const unkept = [{ kind: 'counts' as const }, { kind: 'rates' as const, attribute: 'race', groups: 1 }];
    const html = section([], [], { unkept });

    expect(html).toContain('the counts of groups; the true and false positive rates of 1 group of race.');
    expect(html).not.toContain('Nothing that Assay counted');
  });

  it('says how many rows have no label or no decision, of both', () => {
    const totals = totalsOf([COUNTED]);
    const [some, none] = [
      { ...totals, labelled: 70 },
      { ...totals, labelled: 100 },
    ];
    const of = (own: typeof totals | undefined, live?: typeof totals) =>
      String(
        movementSection(
          { releaseId: 'credit-1', movements: [], unmatched: MATCHED, unread: [], ...(live && { totals: live }) },
          { modelName: 'credit', metrics: {}, totals: own, line: LINE },
        ),
      );

    expect(of(some, none)).toContain(
      '30 of 100 rows of this release have no label or no decision; of <code>credit-1</code>, 0 of 100 rows.',
    );
    expect(of(some)).toContain('30 of 100 rows of this release have no label or no decision.');
    for (const own of [none, undefined]) expect(of(own, some)).not.toContain('no label');
  });

  it('says where Assay counted another accuracy than the report says', () => {
    const alone = (metrics: Record<string, number> | undefined, isCounted = true) =>
      String(
        movementSection(undefined, {
          ...{ modelName: 'credit', metrics, line: LINE, totals: isCounted ? totalsOf([COUNTED]) : undefined },
        }),
      );

    expect(alone({ accuracy: 0.99 })).toContain(
      'says that the accuracy is 0.99. In the table of predictions Assay counted 0.6, of 100 rows with a label',
    );
    for (const metrics of [{ accuracy: 0.604 }, { auc: 0.99 }, undefined])
      expect(alone(metrics)).not.toContain('Assay counted');
    expect(alone({ accuracy: 0.99 }, false)).not.toContain('Assay counted');
  });

  it('shows what is clear, the first three in any case, and folds the rest', () => {
    const all = [...Array(4).keys()].map((index) => moved(`small ${index}`, 1)).concat(moved('clear', 5));
    const [shown = '', folded = ''] = section(all).split('<details>');

    expect(rowsOf(shown).map((row) => row.replace(/ 0\.5.*/, ''))).toEqual(['small 0', 'small 1', 'small 2', 'clear']);
    expect(folded).toContain('<summary>1 more');
    expect(rowsOf(folded)).toHaveLength(1);
    const many = section([...Array(20).keys()].map((index) => moved(`m${index}`, 9)));
    expect(rowsOf(many.split('<details>')[0] ?? '')).toHaveLength(8);
    expect(many).toContain('<summary>12 more');
    expect(rowsOf(section([...Array(300).keys()].map((index) => moved(`m${index}`, 1))))).toHaveLength(103);
  });

  it('says when nothing differs, is live, or could be read', () => {
    const unread = [{ releaseId: 'credit-1', evidence: 'model_card', problem: 'is no card' }];

    expect(section([moved('auc', 1)])).toContain('Nothing that Assay counted differs beyond chance');
    expect(section([], unread)).toMatch(/Not compared: <code>model_card<\/code> of <code>credit-1<\/code> is no card/);
    const alone = (metrics?: Record<string, number>) =>
      String(movementSection(undefined, { modelName: 'credit', metrics, totals: undefined, line: LINE }));
    expect(alone()).toContain('No release of credit is in production');
    expect(alone()).not.toContain('evaluation report');
    expect(rowsOf(alone({ auc: 0.8765432, f1: 0.5 }))).toEqual(['auc 0.876543', 'f1 0.5']);
    expect(alone({ auc: 0.8765432 })).not.toContain('more</p>');
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`m${index}`, index]));
    expect(alone(many)).toContain('and 3 more</p>');
  });
});
