import { expect, it } from 'vitest';
import { localTime } from '../../../lib/cli/terminal/local-time.ts';
import { redrawing } from '../../../lib/cli/terminal/redraw.ts';

it('draws again from the first line that changed, and nothing if none has', () => {
  const written: string[] = [];
  const draw = redrawing({ write: (text) => written.push(text), columns: 10 });

  draw('one\ntwo');
  draw('one\ntwo');
  draw('one\nthree\nfour');
  draw('one');
  draw('a line that would wrap');

  expect(written).toEqual([
    'one\ntwo\n',
    '\u001b[1A\u001b[Jthree\nfour\n',
    '\u001b[2A\u001b[J',
    '\u001b[1A\u001b[Ja line t…\n',
  ]);
});

it('says an instant in the zone of the terminal and in UTC, across midnight too', () => {
  const at = (TZ: string | undefined) => localTime('2026-11-24T23:30:00.000Z', { env: { TZ } });

  expect(at('Asia/Tokyo')).toBe('2026-11-25 08:30 Asia/Tokyo (2026-11-24 23:30 UTC)');
  expect(at('UTC')).toBe('2026-11-24 23:30 UTC');
  expect(at(':/etc/localtime')).toBe(at(undefined));
  expect(localTime('unknown', { env: {} })).toBe('unknown');
});
