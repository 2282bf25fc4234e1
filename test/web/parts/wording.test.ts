import { expect, it } from 'vitest';
import { instantsInWords } from '../../../lib/web/parts/wording.ts';

it.each([
  [
    'it serves since 2026-11-11T08:16:00.477Z; before, nothing',
    'it serves since 11 Nov 2026, 08:16:00 UTC; before, nothing',
  ],
  [
    'from 2026-01-02T03:04:05.000Z to 2026-12-31T23:59:59.999Z',
    'from 2 Jan 2026, 03:04:05 UTC to 31 Dec 2026, 23:59:59 UTC',
  ],
  ['no instant: 2026-13-11T08:16:00.477Z, 2026-11-11, 12026-11-11T08:16:00.477Z', undefined],
])('shows the instants in a sentence as people read them: %s', (text, shown = text) => {
  expect(instantsInWords(text)).toBe(shown);
});
