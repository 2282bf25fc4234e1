import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANY_PORT, anIssuer, aUser } from '../a-user.ts';
import { aDirectory } from '../assay.ts';

const { issuer, aDeployment } = await anIssuer();

describe('the session of assay login', () => {
  it('keeps the tokens where only the user can read them', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);

    await user.assay('login', ...ANY_PORT);

    expect(statSync(user.file).mode & 0o777).toBe(0o600);
    expect(statSync(join(user.home, '.config/assay')).mode & 0o777).toBe(0o700);
    chmodSync(user.file, 0o644);
    expect(await user.assay('refusals')).toMatchObject({
      code: 2,
      err: expect.stringContaining('others may read'),
    });
  });

  it('keeps no tokens where others may put a file, and says so before anybody signs in', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    const folder = join(user.home, '.config/assay');
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);

    const refused = await user.assay('login', ...ANY_PORT);

    expect(refused).toMatchObject({
      code: 2,
      err: `assay: others may write to ${folder}, where your tokens are: run chmod 700 on it, or remove it\n`,
    });
    expect(issuer.state.asked).toEqual([]);
    chmodSync(folder, 0o700);
    expect((await user.assay('login', ...ANY_PORT)).code).toBe(0);
    chmodSync(folder, 0o770);
    expect((await user.assay('refusals')).err).toContain('others may write to');
  });

  it.each(['', 'relative'])('keeps them in HOME where XDG_CONFIG_HOME is no place: %j', async (XDG_CONFIG_HOME) => {
    const { url } = await aDeployment();
    const user = aUser(url, aDirectory(), { XDG_CONFIG_HOME });

    expect((await user.assay('login', ...ANY_PORT)).code).toBe(0);
    expect(user.kept().token).toBeDefined();
  });

  it('says before anybody signs in that there is no place at all', async () => {
    const { url } = await aDeployment();

    const { code, err } = await aUser(url, aDirectory(), { HOME: '' }).assay('login', ...ANY_PORT);

    expect({ code, err }).toEqual({
      code: 2,
      err: 'assay: a session cannot be kept: set HOME, or XDG_CONFIG_HOME, to a folder of yours\n',
    });
    expect(issuer.state.asked).toEqual([]);
  });

  it('keeps both sessions of two sign-ins at once', async () => {
    const home = aDirectory();
    const users = await Promise.all([aDeployment(), aDeployment(), aDeployment()]);
    const both = users.map(({ url }) => aUser(url, home));

    await Promise.all(both.map((user) => user.assay('login', ...ANY_PORT)));

    expect(both.map((user) => user.kept()?.issuer)).toEqual(both.map(() => issuer.client.issuer));
    expect(readdirSync(join(home, '.config/assay'))).toEqual(['sessions.json']);
  });

  it('goes on after a command that was killed while it kept a session', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    mkdirSync(join(user.home, '.config/assay'), { recursive: true });
    writeFileSync(`${user.file}.lock`, '');
    utimesSync(`${user.file}.lock`, 0, 0);

    expect((await user.assay('login', ...ANY_PORT)).code).toBe(0);
  });

  it.each([1e12, 1e300])('keeps a session that its issuer says lasts for %s seconds', async (seconds) => {
    issuer.state.saysSeconds = seconds;
    const { url } = await aDeployment();
    const user = aUser(url);

    expect((await user.assay('login', ...ANY_PORT)).code).toBe(0);
    expect((await user.assay('refusals')).code).toBe(0);
  });
});
