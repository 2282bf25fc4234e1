import { expect, it } from 'vitest';
import { ModelStatus, modelAccount } from '../../../lib/cli/terminal/model-account.ts';

it.each([
  [{ under_way: true }, '2.0.0 (m-2), approved, on its way'],
  [{ under_way: false, waits: true }, '2.0.0 (m-2), approved, waits for the end of a freeze'],
  [{ under_way: false }, '2.0.0 (m-2), approved'],
])('a model says how far the promotion of what comes next is: %j', (promotion, words) => {
  const coming = [{ release_id: 'm-2', model_version: '2.0.0', state: 'approved', promotion }];

  const account = modelAccount(ModelStatus.parse({ model_name: 'm', coming }), { env: {} });

  expect(account.trimEnd().split('\n').at(-1)).toBe(`next    ${words}`);
});
