import { describe, expect, it } from 'vitest';
import type { Movement } from '../../../lib/domain/questions/movements.ts';
import { movementSection } from '../../../lib/web/approval/movement-section.ts';

const moved = (subject: string, errors: number | undefined, changes: Partial<Movement> = {}): Movement => ({
  ...{ subject, before: 0.5, after: 0.75, effect: 'better', errors },
  ...changes,
});
const section = (
  movements: readonly Movement[],
  unread: { releaseId: string; evidence: string; problem: string }[] = [],
) =>
  String(movementSection({ releaseId: 'credit-1', movements, unread }, { modelName: 'credit', metrics: { auc: 1 } }));
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

  it('shows what is clear, the first three in any case, and folds the rest', () => {
    const all = [...Array(4).keys()].map((index) => moved(`small ${index}`, 1)).concat(moved('clear', 5));
    const [shown = '', folded = ''] = section(all).split('<details>');

    expect(rowsOf(shown).map((row) => row.replace(/ 0\.5.*/, ''))).toEqual(['small 0', 'small 1', 'small 2', 'clear']);
    expect(folded).toContain('1 more that differs less');
    expect(rowsOf(folded)).toHaveLength(1);
    const many = section([...Array(20).keys()].map((index) => moved(`m${index}`, 9)));
    expect(rowsOf(many.split('<details>')[0] ?? '')).toHaveLength(8);
    expect(many).toContain('12 more that differ less');
    expect(rowsOf(section([...Array(300).keys()].map((index) => moved(`m${index}`, 1))))).toHaveLength(103);
  });

  it('says when nothing differs, is live, or could be read', () => {
    const unread = [{ releaseId: 'credit-1', evidence: 'model_card', problem: 'is no card' }];

    expect(section([moved('auc', 1)])).toContain('Nothing that was measured differs beyond chance');
    expect(section([], unread)).toContain('Nothing that could be compared differs beyond chance');
    expect(section([], unread)).toMatch(/Not compared: <code>model_card<\/code> of <code>credit-1<\/code> is no card/);
    const alone = (metrics?: Record<string, number>) =>
      String(movementSection(undefined, { modelName: 'credit', metrics }));
    expect(alone()).toContain('No release of credit is in production');
    expect(alone()).not.toContain('evaluation report');
    expect(rowsOf(alone({ auc: 0.8765432, f1: 0.5 }))).toEqual(['auc 0.876543', 'f1 0.5']);
  });
});
