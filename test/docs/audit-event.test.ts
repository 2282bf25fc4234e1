import { describe, expect, it } from 'vitest';
import type { Rule } from '../../lib/domain/audit/history.ts';
import { assayActsItself } from '../../lib/domain/audit/rules/assay-acts-itself.ts';
import { releaseIsNamed } from '../../lib/domain/audit/rules/release-is-named.ts';
import { standsOnItsChain } from '../../lib/domain/audit/rules/stands-on-its-chain.ts';
import { type AuditEvent, EventType, OWN_CHAINS } from '../../lib/domain/ledger/event.ts';
import { aDraft, sealAll } from '../domain/ledger/a-ledger.ts';
import { codes, formatPage, rows, section } from './pages.ts';

const rules = section(formatPage('audit-event'), 'Rules');
const [sealed] = sealAll([{ model: 'credit', draft: aDraft({ event_type: 'release_requested' }) }]);

/** The types of events of which a rule has nothing to say when they are like this. */
const keeping = (rule: Rule, like: Partial<AuditEvent>): string[] =>
  EventType.options.filter((event_type) => {
    if (sealed === undefined) throw new Error('nothing was sealed');
    return rule({ ...sealed.event, ...like, event_type }, {} as never, {} as never) === undefined;
  });

/** The types that a sentence of the page lists, from its first words to its end. */
const listed = (first: string): string[] => {
  const from = rules.indexOf(first);
  const sentence = rules.slice(from, rules.indexOf('`.', from) + 1);
  return codes(sentence).filter((code) => code !== 'system');
};

describe('the rules that the format of events tells', () => {
  it('list what Assay does itself', () => {
    const byPeople = keeping(assayActsItself, { actor_role: 'operator' });
    const types: readonly string[] = EventType.options;

    expect(listed('Acts of the role')).toEqual(types.filter((type) => !byPeople.includes(type)));
  });

  it('list what is about no release', () => {
    expect(listed('About no release are only')).toEqual(
      keeping(releaseIsNamed, { release_id: '', approval_state: '' }),
    );
  });

  it('list what is on the chains of no model, and what of it Assay does itself', () => {
    const told = rows(rules.replaceAll(/^ +\|/gm, '|')).filter(([chain = '']) => chain.startsWith('`_'));
    const on = (model: string, actor_role: string) => keeping(standsOnItsChain, { model, model_name: '', actor_role });

    expect(told).toHaveLength(OWN_CHAINS.length);
    for (const [chain = '', all = '', bySystem = ''] of told) {
      const [model = ''] = codes(chain);
      const byPeople = on(model, 'operator');
      expect(codes(all).filter((code) => code !== 'model_name')).toEqual(on(model, 'system'));
      expect(codes(bySystem)).toEqual(on(model, 'system').filter((type) => !byPeople.includes(type)));
    }
  });
});
