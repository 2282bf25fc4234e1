import { expect, it } from 'vitest';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { keepingPolicies } from '../../lib/runtime/kept-policies.ts';
import { digestOf } from '../support/approval-case.ts';
import { approved, keptPolicy } from '../support/release-life.ts';

const counting = () => {
  const reads: string[] = [];
  const get = async (name: string, id: string) => {
    reads.push(`${name} ${id}`);
    return name === 'policy' ? { ...keptPolicy, policySha256: id } : approved;
  };
  return { reads, store: keepingPolicies({ get: get as unknown as ReleaseStore['get'] }) };
};

it('reads a policy once, and any other row each time', async () => {
  const { reads, store } = counting();
  for (let time = 1; time <= 2; time += 1) {
    await store.get('policy', keptPolicy.policySha256);
    await store.get('release', approved.releaseId);
  }

  expect(reads.map((one) => one.split(' ')[0])).toEqual(['policy', 'release', 'release']);
});

it('keeps no more than sixteen', async () => {
  const { reads, store } = counting();
  for (let one = 1; one <= 17; one += 1) await store.get('policy', digestOf(`policy ${one}`));
  await store.get('policy', digestOf('policy 17'));
  await store.get('policy', digestOf('policy 1'));

  expect(reads).toHaveLength(18);
});
