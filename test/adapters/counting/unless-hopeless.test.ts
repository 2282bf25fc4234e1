import { expect, it, vi } from 'vitest';
import { unlessHopeless } from '../../../lib/adapters/counting/unless-hopeless.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';

const HOPELESS = new Refusal('EvidenceUnreadable', 'too many groups', []);
const TOO_MANY = new Refusal('EvidenceUnreadable', 'too many combinations', []);

/** A count that ends when its first rows have been looked at, and one that ends only when it is stopped. */
const aCount = () => {
  const { promise: counted, resolve, reject } = Promise.withResolvers<string>();
  const stop = vi.fn(() => reject(new Error('INTERRUPT Error')));
  const looking = (found?: Error) => async () => {
    if (found === undefined || !(found instanceof Refusal)) resolve('counts');
    if (found !== undefined) throw found;
  };
  return { counted, stop, looking };
};

it('a count that its first rows show to be in vain is ended, and refused for what they show', async () => {
  const { counted, stop, looking } = aCount();

  await expect(unlessHopeless(counted, { look: looking(HOPELESS), stop, patienceMs: 0 })).rejects.toBe(HOPELESS);
  expect(stop).toHaveBeenCalledOnce();
});

it.each([
  ['finds nothing', undefined],
  ['fails, for want of memory for example', new Error('Out of Memory Error')],
])('a count goes on where the look %s', async (_, found) => {
  const { counted, stop, looking } = aCount();

  await expect(unlessHopeless(counted, { look: looking(found), stop, patienceMs: 0 })).resolves.toBe('counts');
  expect(stop).not.toHaveBeenCalled();
});

it('what is refused before anybody looked is looked at all the same', async () => {
  const look = vi.fn(async () => {
    throw HOPELESS;
  });

  await expect(unlessHopeless(Promise.reject(TOO_MANY), { look, stop: () => undefined })).rejects.toBe(HOPELESS);
  await expect(
    unlessHopeless(Promise.reject(TOO_MANY), { look: async () => undefined, stop: () => undefined }),
  ).rejects.toBe(TOO_MANY);
});

it('what is counted in time is not looked at', async () => {
  const look = vi.fn();

  await expect(unlessHopeless(Promise.resolve('counts'), { look, stop: () => undefined })).resolves.toBe('counts');
  expect(look).not.toHaveBeenCalled();
});
