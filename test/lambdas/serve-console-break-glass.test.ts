/** A break-glass in the console: on the first page while anybody has to see it, and on the page of its release. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { BreakGlass } from '../../lib/domain/records/break-glass.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { aFleet, aFleetLook, asking, LIVE } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { aBreakGlass } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const aConsole = async (glass: BreakGlass) => {
  const scene = await aFleet();
  scene.store.seed(glass);
  const { fleet } = consoleWorld(issuer, scene);
  return asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => aFleetLook() } });
};

describe('a break-glass in the console', () => {
  it('shows a break-glass loudly while it waits, is open, or is owed, and not once it is documented (BG-1)', async () => {
    const now = realNow();
    const glass = (changes: Partial<BreakGlass>) =>
      aBreakGlass({ confirmBy: plusMilliseconds(now, 60_000), releaseId: LIVE as never, ...changes });
    const act = { by: 'oscar', at: now, reason: 'why' };
    const [soon, before] = [plusMilliseconds(now, 3_600_000), plusMilliseconds(now, -1)];
    const used = (documentBy: Instant) => ({ at: before, attempt: 1, documentBy });
    const over = { confirmed: { ...act, until: before } };
    const saying = async (changes: Partial<BreakGlass>) => {
      const text = textOf((await (await aConsole(glass(changes))).ask('omar', '/console/now')).text);
      return /(✕ critical|! warning) [^✕!]*break-glass by [^✕!]*?: the answers are wrong/.exec(text)?.[0];
    };

    expect(await saying({ confirmed: undefined })).toMatch(
      /^✕ critical .*break-glass by Olga Operator \(INC-9\), to be confirmed by/,
    );
    expect(await saying({ confirmed: { ...act, until: soon } })).toMatch(/^✕ critical .* and .* \(INC-9\), open until/);
    expect(await saying({ ...over, used: used(soon) })).toMatch(
      /^! warning .*\(INC-9\), used, and to be documented by/,
    );
    expect(await saying({ ...over, used: used(before) })).toMatch(/^✕ critical .*, used, and to be documented by/);
    expect(await saying(over)).toBeUndefined();
    expect(await saying({ ...over, used: used(soon), documented: { ...act, account: 'x' } })).toBeUndefined();
  });

  it('is said on the page of the release that a break-glass is of, and of no other', async () => {
    const page = async (releaseId: string) => {
      const { ask } = await aConsole(aBreakGlass({ releaseId: releaseId as never }));
      return textOf((await ask('omar', `/console/releases/${LIVE}`)).text);
    };

    expect(await page(LIVE)).toMatch(/Break-glass For INC-9.*Olga Operator asked for it/);
    expect(await page('mortgage-9-9-9')).not.toContain('Break-glass For');
  });
});
