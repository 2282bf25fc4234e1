import { expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const NAMELESS = {
  refusal_id: 'r1',
  code: 'ManifestTooLarge',
  message: 'the manifest is too large',
  faults: [],
  claimed_release_id: '',
  door: 'event_bus',
  received_at: '2026-11-20T09:00:00.000Z',
};

const refusals = async (list: object[], ...args: string[]) => {
  const server = await aServer(({ path }) =>
    path === '/' ? { body: { AuthenticationResult: { AccessToken: 'token' } } } : { body: { refusals: list } },
  );
  return assay(aDirectory(endpointsFile(server.url)), ['refusals', ...args]);
};

it('assay refusals lists a manifest that named no release and no field', async () => {
  expect(await refusals([NAMELESS])).toEqual({
    code: 0,
    out: '2026-11-20T09:00:00.000Z  (no release_id)  via event_bus\nManifestTooLarge: the manifest is too large\n',
    err: '',
  });
});

it('assay refusals says that there are none', async () => {
  expect((await refusals([])).out).toBe('nothing was refused\n');
});

it('assay refusals prints the answer of the API', async () => {
  expect(JSON.parse((await refusals([NAMELESS], '--json')).out)).toEqual({ refusals: [NAMELESS] });
});
