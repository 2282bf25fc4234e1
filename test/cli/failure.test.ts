import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiRefusal } from '../../lib/cli/client/api.ts';
import { messageOf } from '../../lib/cli/failure.ts';

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('a failure is told in no words of a parser', () => {
  it('of JSON, whatever is wrong with it', () => {
    for (const text of ['{"a": 1, ', '', '{a: 1}', 'null null']) {
      expect(messageOf(thrownBy(() => JSON.parse(text)))).toBe(
        'assay: a file or an answer is not JSON: was it cut off, or changed by hand?',
      );
    }
  });

  it('of a schema: it names the fields', () => {
    const Answer = z.object({ state: z.string(), holds: z.array(z.object({ since: z.string() })) });

    expect(messageOf(thrownBy(() => Answer.parse({ holds: [{}] })))).toBe(
      'assay: the answer has an unexpected shape, at state, holds.0.since',
    );
    expect(messageOf(thrownBy(() => Answer.parse('<html>')))).toBe(
      'assay: the answer has an unexpected shape, at the whole',
    );
  });
});

it('a failure of a deployment writes nothing to the terminal but text', () => {
  const told = messageOf(new ApiRefusal('No\u001b]0;title\u0007\u202e', 'it is\u001b[2J gone', []));

  expect(told).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
