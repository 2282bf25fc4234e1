/** The page of a model, in every state that a model can be in. */
import { describe, expect, it } from 'vitest';
import type { Impact } from '../../../lib/domain/questions/impact.ts';
import { type ModelView, modelPage } from '../../../lib/web/console/model-page.ts';
import { interval, timeline } from '../../../lib/web/console/timeline.ts';
import { ago, aServedRow, aViewer } from '../../support/a-viewer.ts';
import { NOW } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';
import { inProduction } from '../../support/release-life.ts';

const sample = (count: number, rows: number) => ({ rate: count / rows, rows });
const worst = {
  attribute: 'race',
  value: 'Asian',
  selection: sample(60, 100),
  highest: { value: 'White', selection: sample(80, 100) },
  ratio: 0.75,
} as Impact;
const aVersion = {
  ...{ releaseId: 'churn-2', version: '2.0.0', state: 'production', at: NOW, snapshot: 'a' },
  ...{ worst: undefined, minimum: undefined, accuracy: undefined },
};

const pageOf = (changes: Partial<ModelView> = {}) =>
  read(
    modelPage(
      {
        ...{ modelName: 'churn', served: aServedRow(), isHeld: false, reigns: [], marks: [] },
        ...{ versions: [], line: undefined, lineage: undefined, isCut: false, ...changes },
      },
      aViewer(),
    ),
  );

describe('the page of a model', () => {
  it('says what serves for how long, until when it may, and what a rollback goes back to', async () => {
    const text = await pageOf();

    expect(text).toContain('✓ governed 2.1.0 serves from churn-prod, for 1 h.');
    expect(text).toMatch(/Approved until .* 1 day left Way back 2\.0\.0 Approved by Ada Lovelace ML lead/);
    expect(text).not.toContain('Held after a rollback');
  });

  it('says what is lacking: an approval, a signature, a way back', async () => {
    const lacking = aServedRow({ approvedUntil: undefined, fallback: undefined, approvals: [] });

    expect(await pageOf({ served: lacking })).toMatch(
      /never approved Way back to nothing: its endpoint is deleted Approved by nobody whose signature is kept/,
    );
    expect(await pageOf({ served: aServedRow({ approvedUntil: ago(1) }) })).toContain('it has ended');
  });

  it('says where what serves came from, who answers for it, and what came from the same snapshot', async () => {
    const lineage = { release: inProduction, events: [], owner: 'Credit team', siblings: [] };
    const siblings = [{ releaseId: 'churn-1', version: '1.0.0', state: 'retired' }];

    const text = await pageOf({ lineage });

    expect(text).toMatch(/Owner Credit team Trained on the same snapshot no other version on this page What made it/);
    expect(text).toContain(inProduction.manifest.git_commit);
    expect(await pageOf({ lineage: { ...lineage, owner: '', siblings } })).toMatch(
      /Owner ✕ nobody Trained on the same snapshot 1\.0\.0 – retired/,
    );
  });

  it('says that nothing serves, that it is held, and that its earliest events were not read', async () => {
    const text = await pageOf({ served: undefined, isHeld: true, isCut: true });

    expect(text).toContain('Nothing of it is in production.');
    expect(text).toContain('Held after a rollback: nothing of it is promoted. Go to the hold');
    expect(text).toContain('By its latest events: earlier ones are in the ledger.');
    expect(text).toContain('None of its releases is among its latest events.');
    expect(text).not.toContain('What serves');
  });

  it('compares its versions by the group that fares worst and by accuracy, each with its interval', async () => {
    const counted = { ...aVersion, worst, minimum: 0.8, accuracy: sample(90, 100) };
    const unlimited = { ...aVersion, state: 'rolled_back', worst };

    const text = await pageOf({ versions: [counted, unlimited, { ...aVersion, state: 'of_tomorrow' }] });

    expect(text).toMatch(/2\.0\.0 ✓ production .*race Asian: 0\.750 \[0\.\d\d, 0\.\d\d\], at least 0\.80/);
    expect(text).toMatch(/90\.0 % \[8\d\.\d, 9\d\.\d\]/);
    expect(text).toMatch(/↺ rolled back .*race Asian: 0\.750 \[0\.\d\d, 0\.\d\d\] not counted/);
    expect(text).toMatch(/\? of tomorrow .*not counted not counted/);
  });
});

describe('the picture of what served when', () => {
  const reign = (version: string, days: number, to?: number) => ({
    ...{ version, releaseId: `churn-${version}`, from: ago(days * 86_400_000) },
    ...{ to: to === undefined ? undefined : ago(to * 86_400_000) },
    endedBy: to === undefined ? undefined : ('promotion' as const),
  });

  it('has a lane for each version and a sign for each mark within it, and says the same as a table', async () => {
    const html = String(
      await timeline({
        reigns: [reign('1.0.0-candidate.4', 8, 3), reign('2.0.0', 3)],
        marks: [
          { at: ago(2 * 86_400_000), kind: 'expiry', what: 'Approval expired' },
          { at: ago(20 * 86_400_000), kind: 'stop', what: 'Line stopped' },
        ],
        now: NOW,
      }),
    );

    expect(html).toContain('1.0.0-candi…');
    // As wide as a page, and as a phone.
    const pictures = html.match(/<svg class="picture-of-time.*?<\/svg>/gs) ?? [];
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      expect(picture.match(/class="mark"/g)).toHaveLength(1);
      expect(picture.match(/<rect class="reign/g)).toHaveLength(2);
    }
    expect(await read(html as never)).toMatch(/2\.0\.0 .* it serves – after 3 days 1\.0\.0-candidate\.4 .*promotion/);
  });

  it.each([
    [9, '>12 Nov 2026, 09:00 UTC<', '>15 Nov<', '>18 Nov<'],
    [1, '>20 Nov 2026, 09:00 UTC<', '>17:00:00<', '>01:00:00<'],
  ])(
    'has an axis that says the date once within a day, and days where it is longer: %s days',
    async (days, ...labels) => {
      const html = String(await timeline({ reigns: [reign('1.0.0', days)], marks: [], now: NOW }));

      for (const label of labels) expect(html).toContain(label);
    },
  );

  it('is no picture where nothing was in production, and lists no marks where there are none', async () => {
    expect(await read(timeline({ reigns: [], marks: [], now: NOW }))).toContain('Nothing of this model has been');
    expect(String(await timeline({ reigns: [reign('1.0.0', 1)], marks: [], now: NOW }))).not.toContain('<ul>');
  });
});

describe('a number with its interval', () => {
  const value = { value: 0.7, lower: 0.6, upper: 1.4, name: 'race Asian' };

  it('is marked where it is below what the policy asks for, and stays within its line', async () => {
    const [low, fine, free] = await Promise.all(
      [0.8, 0.5, undefined].map(async (limit) => String(await interval({ ...value, limit }))),
    );

    expect(low).toContain('class="low"');
    expect(fine).toContain('class="value"');
    expect(free).not.toContain('class="limit"');
    expect(low).toContain('aria-label="race Asian: 0.700, from 0.600 to 1.400"');
    expect(low).toMatch(/x="60\.00" y="3" width="40\.00"/);
  });
});
