import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const GLASS = {
  ...{ model_name: 'm', number: 1, release_id: 'r-1', environment: 'prod', endpoint: 'e', status: 'requested' },
  ...{ incident: 'INC-1', requested_by: 'olga', confirm_by: '10:00', is_undocumented: false },
};
const OPEN = { ...GLASS, status: 'open', confirmed_by: 'otto', open_until: '14:00' };
const OWED = { ...OPEN, status: 'over', is_undocumented: true, document_by: 'friday' };
const WHY = ['--reason', 'the answers are wrong'];

const answering = async (answer: object) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : answer,
  }));
  const directory = aDirectory(endpointsFile(server.url));
  const sent = () =>
    server.received.filter(({ path }) => path !== '/').map(({ path, body }) => [path, JSON.parse(body)]);
  return { directory, sent, call: (...args: string[]) => assay(directory, ['break-glass', ...args]) };
};

describe('assay break-glass (GT-6, BG-1)', () => {
  it('asks for one, and says who else is needed until when', async () => {
    const { call, sent } = await answering(GLASS);

    const { code, out, err } = await call('request', 'r-1', ...WHY, '--incident', 'INC-1', '--hours', '2');

    expect([code, out]).toEqual([0, expect.stringMatching(/r-1 +e \(prod\) +requested +INC-1 +olga/)]);
    expect(err).toContain('another person than olga confirms it by 10:00, with assay break-glass confirm r-1');
    expect(sent()).toEqual([
      ['/v1/releases/r-1/break-glass', { reason: 'the answers are wrong', incident: 'INC-1', hours: 2 }],
    ]);
    await call('request', 'r-1', ...WHY, '--incident', 'INC-1');
    expect(sent()[1]?.[1]).toEqual({ reason: 'the answers are wrong', incident: 'INC-1' });
  });

  it('confirms it, and says that an operator promotes', async () => {
    const { call, sent } = await answering(OPEN);

    const { out, err } = await call('confirm', 'r-1', ...WHY);

    expect(out).toMatch(/open +INC-1 +olga +otto +14:00/);
    expect(err).toContain('assay promote r-1 --reason REASON, before 14:00');
    expect(sent()).toEqual([['/v1/releases/r-1/break-glass/confirm', { reason: 'the answers are wrong' }]]);
  });

  it('ends it, and says what is owed', async () => {
    const { call, sent } = await answering(OWED);

    expect((await call('end', 'r-1', ...WHY)).err).toContain(
      'document it by friday, with assay break-glass document r-1',
    );
    expect(sent()[0]?.[0]).toBe('/v1/releases/r-1/break-glass/end');
  });

  it('documents it by a text or a file, and needs one of them', async () => {
    const documented = { documented_by: 'otto', documented_at: '15:00', account: 'it was mended' };
    const { call, sent, directory } = await answering({ ...OPEN, status: 'documented', ...documented });
    writeFileSync(join(directory, 'account.txt'), 'what was done\r\nand why');

    const { out, err } = await call('document', 'r-1', '--text', 'it was mended');
    const again = await call('document', 'r-1', '--file', 'account.txt');

    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('otto documented it at 15:00: that stands') });
    expect([out, err]).toEqual([expect.stringContaining('documented'), '']);
    expect(sent().map(([, body]) => body)).toEqual([
      { account: 'it was mended' },
      { account: 'what was done\nand why' },
    ]);
    for (const options of [[], ['--text', 'a', '--file', 'account.txt']])
      expect((await call('document', 'r-1', ...options)).err).toContain('needs --text or --file');
  });

  it('takes whole hours alone', async () => {
    const { call, sent } = await answering(GLASS);

    expect((await call('request', 'r-1', ...WHY, '--incident', 'I', '--hours', '1.5')).err).toContain(
      'a whole number of hours',
    );
    expect(sent()).toEqual([]);
  });

  it('lists what is open and owed, and prints what the API says as JSON', async () => {
    const some = await answering({ break_glass: [OPEN, OWED] });
    const none = await answering({ break_glass: [] });

    expect((await some.call('list')).out).toMatch(/open +INC-1[\s\S]*over +INC-1 +olga +otto +friday/);
    expect((await none.call('list')).out).toBe('nothing is open, and nothing is owed\n');
    expect(JSON.parse((await some.call('list', '--json')).out).break_glass).toHaveLength(2);
    expect(JSON.parse((await (await answering(OPEN)).call('end', 'r-1', ...WHY, '--json')).out)).toEqual(OPEN);
  });
});
