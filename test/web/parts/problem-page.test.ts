import { describe, expect, it } from 'vitest';
import { Refusal, type RefusalCode } from '../../../lib/domain/refusal.ts';
import { type Hindrance, hindranceOf, problemOf, problemPage } from '../../../lib/web/parts/problem-page.ts';

const CODES: RefusalCode[] = [
  'LinkInvalid',
  'LinkExpired',
  'RequestNotPending',
  'IllegalTransition',
  'DecisionAlreadyRecorded',
  'EvidenceDigestMismatch',
  'ApproverNotEligible',
  'SeparationOfDuties',
  'NotFound',
  'QuorumImpossible',
];
const HINDRANCES: Hindrance[] = ['stale_form', 'malformed', 'too_large', 'busy', 'broken', 'no_page'];

describe('a problem page', () => {
  it.each(CODES)('says in words what %s means and what to do, with every fault', (code) => {
    const refusal = new Refusal(code, 'the message', [{ field: 'field', problem: 'the <problem>' }]);

    const { title, explanation, remedy, details } = problemOf(refusal);
    const html = String(problemPage(problemOf(refusal)));

    expect(title).not.toMatch(/[A-Z][a-z]+[A-Z]/);
    expect(explanation.length + remedy.length).toBeGreaterThan(60);
    expect(details).toEqual(['the <problem>']);
    expect(html).toContain('the &lt;problem&gt;');
  });

  it.each(HINDRANCES)('says in words what hinders: %s', (hindrance) => {
    expect(String(problemPage(hindranceOf(hindrance)))).toContain('What you can do');
  });

  it('promises that nothing was recorded only where that is known', () => {
    expect(String(problemPage(hindranceOf('broken')))).not.toContain('Nothing was recorded');
  });

  it.each(CODES)('does not deny that the ledger has the attempt that met %s', (code) => {
    expect(problemOf(new Refusal(code, 'the message')).explanation).not.toContain('Nothing was recorded');
  });
});
