import { describe, expect, it } from 'vitest';
import { REFUSAL_BOUNDS } from '../../lib/domain/change/refusal-bounds.ts';
import { page, rows, section } from './pages.ts';

describe('docs/threat-model.md', () => {
  it('shows who can cause each refusal on record, and how many', () => {
    const shown = rows(section(page('threat-model'), 'Refusals on record'));

    expect(shown).toEqual(
      Object.entries(REFUSAL_BOUNDS).map(([name, bound]) => [
        `\`${bound.event}\``,
        bound.causedBy,
        `\`${name}\`: ${bound.countedBy.join(', ')}`,
        `${bound.places}${'isTakenByRequest' in bound ? ', taken by the request' : ''}`,
      ]),
    );
  });
});
