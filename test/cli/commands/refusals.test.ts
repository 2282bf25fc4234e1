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

it('assay refusals asks for a period, and takes no other text for its ends', async () => {
  const asked: string[] = [];
  const server = await aServer(({ path }) => {
    asked.push(path);
    return path === '/' ? { body: { AuthenticationResult: { AccessToken: 'token' } } } : { body: { refusals: [] } };
  });
  const inPeriod = (...args: string[]) => assay(aDirectory(endpointsFile(server.url)), ['refusals', ...args]);

  expect((await inPeriod('--since', '2026-11-01', '--until', '2026-11-30T12:00:00Z')).code).toBe(0);
  expect(asked.at(-1)).toBe('/v1/refusals?since=2026-11-01&until=2026-11-30T12%3A00%3A00Z');
  expect(await inPeriod('--since', 'yesterday')).toMatchObject({ code: 2, err: expect.stringContaining('--since') });
});
