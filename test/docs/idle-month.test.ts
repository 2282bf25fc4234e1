import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { coreTemplate, observabilityStack, PRODUCTION } from '../infra/template.ts';
import { idleMonth, inDollars, type Line } from './idle-month.ts';
import { page, rows, section } from './pages.ts';

const lines = idleMonth(coreTemplate(PRODUCTION), Template.fromStack(observabilityStack()));
const sum = (amount: (line: Line) => number): number => lines.reduce((total, line) => total + amount(line), 0);

describe('a month in which nothing is released', () => {
  it('is in docs/deploying.md, with each key, schedule and alarm of the templates, and its price', () => {
    const shown = rows(section(page('deploying'), 'What it costs')).map(([what, dollars, beyondFree]) => [
      what,
      dollars,
      beyondFree,
    ]);

    expect(shown).toEqual([
      ...lines.map(({ what, dollars, beyondFree }) => [what, inDollars(dollars), inDollars(beyondFree)]),
      [
        '**together**',
        `**${inDollars(sum((line) => line.dollars))}**`,
        `**${inDollars(sum((line) => line.beyondFree))}**`,
      ],
    ]);
  });

  it('costs no more than eight dollars beyond what AWS gives each account', () => {
    expect(sum(({ beyondFree }) => beyondFree)).toBeLessThanOrEqual(8);
  });
});
