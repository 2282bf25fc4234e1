import { describe, expect, it } from 'vitest';
import { ALL_MODELS } from '../../lib/domain/records/line.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type ApprovalCase, aManifest, anApprovalCase, at, digestOf } from '../support/approval-case.ts';
import { linkFor, openPage, send, visit } from '../support/approval-visitor.ts';
import { A_REPORT, keptEvidence, pinnedTo } from '../support/kept-evidence.ts';
import { aHold, aLine } from '../support/release-life.ts';

const LIVE = aManifest({ release_id: 'mortgage-1-1-0', model_version: '1.1.0' });

/** Another release of the model is in production, made of the same but for these changes. */
const seedLive = ({ store, release, checks }: ApprovalCase, change: (live: Release) => Release = (live) => live) =>
  store.seed(
    change({ ...release, releaseId: LIVE.release_id, manifest: LIVE }),
    ...checks.map((check) => ({ ...check, releaseId: LIVE.release_id })),
    {
      entity: 'pointer',
      version: 1,
      modelName: release.modelName,
      epoch: 1,
      releaseId: LIVE.release_id,
      fallbackReleaseId: '',
      endpointName: 'mortgage',
      endpointConfigName: 'config',
      since: at('2026-01-01T00:00:00.000Z'),
    },
  );

const pageOf = async (readKept = keptEvidence(), change?: (live: Release) => Release): Promise<string> => {
  const scene = await anApprovalCase();
  seedLive(scene, change);
  const page = openPage(scene, { readKept });
  return (await visit(page, await linkFor(scene, 'ada'))).html;
};

const rowOf = (html: string, subject: string): string[] => {
  const row = html.split('<tr>').find((candidate) => candidate.includes(`<code>${subject}</code></th>`)) ?? '';
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, ''));
};

describe('the approval page, compared with what is live', () => {
  it('shows what the release is made of that the live one is not', async () => {
    expect(rowOf(await pageOf(), 'model_version')).toEqual(['1.1.0', '1.2.0']);
  });

  it('shows by how much metrics differ, and what the card says otherwise (RR-11)', async () => {
    const evidence = new Map<ReturnType<typeof digestOf>, unknown>([
      [digestOf('evaluation_report'), A_REPORT],
      [digestOf('live report'), { ...A_REPORT, metrics: { auc: 0.85 } }],
      [digestOf('model_card'), { known_limitations: ['old <data>\u202e'] }],
      [digestOf('live card'), { known_limitations: [] }],
    ]);

    const html = await pageOf(keptEvidence(evidence), (live) =>
      pinnedTo(live, digestOf('live report'), digestOf('live card')),
    );

    expect(rowOf(html, 'auc')).toEqual(['0.85', '0.83', '▼ worse on how many rows is not known']);
    expect(rowOf(html, 'card.known_limitations')).toEqual(['none', 'old &lt;data&gt;\ufffd']);
    expect(html).not.toContain('Not compared');
  });

  it('names a metric that the report leaves out, and what else its report says otherwise', async () => {
    const evidence = new Map<ReturnType<typeof digestOf>, unknown>([
      [digestOf('evaluation_report'), { ...A_REPORT, metrics: { auc: 0.83 }, operating_threshold: 0.6 }],
      [digestOf('live report'), { ...A_REPORT, metrics: { auc: 0.83, recall: 0.91 }, operating_threshold: 0.5 }],
    ]);

    const html = await pageOf(keptEvidence(evidence), (live) =>
      pinnedTo(live, digestOf('live report'), digestOf('live card')),
    );

    expect(html).toMatch(/No longer in the evaluation report:.*recall<\/code>, which was 0\.91/s);
    expect(rowOf(html, 'operating_threshold')).toEqual(['0.5', '0.6 (+0.1)']);
  });

  // A Lambda may answer six megabytes.
  it.each<[string, unknown, unknown, string]>([
    [
      'quotes',
      { overview: '"'.repeat(500_000) },
      { overview: `x${'"'.repeat(500_000)}` },
      'model card</a> for the rest',
    ],
    ['lists', { intended_use: Array(40_000).fill('"') }, { intended_use: Array(40_000).fill('<') }, '39980 more'],
    [
      'keys',
      {
        fairness_analysis: Object.fromEntries(
          Array.from({ length: 20_000 }, (_, index) => [`"k${index}"`, `"${index}x`]),
        ),
      },
      { fairness_analysis: { ['"'.repeat(500_000)]: 'x' } },
      'more fields differ',
    ],
  ])('is small enough to be answered, whatever a card is full of: %s', async (_, own, live, said) => {
    const evidence = new Map<ReturnType<typeof digestOf>, unknown>([
      [digestOf('evaluation_report'), A_REPORT],
      [digestOf('live report'), A_REPORT],
      [digestOf('model_card'), own],
      [digestOf('live card'), live],
    ]);

    const html = await pageOf(keptEvidence(evidence), (one) =>
      pinnedTo(one, digestOf('live report'), digestOf('live card')),
    );

    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    expect(html).toContain(said);
  });

  it('says what could not be compared, instead of calling it the same', async () => {
    const html = await pageOf(keptEvidence(), (live) => ({ ...live, manifest: aManifest() }));

    expect(html).toContain('No technical field that could be compared differs');
    for (const id of [LIVE.release_id, aManifest().release_id]) {
      expect(html).toContain(`Not compared: <code>model_card</code> of <code>${id}</code>`);
    }
  });

  it('says that nothing differs only where all was compared', async () => {
    const evidence = new Map<ReturnType<typeof digestOf>, unknown>([
      [digestOf('evaluation_report'), A_REPORT],
      [digestOf('model_card'), { owner: 'us' }],
    ]);

    const html = await pageOf(keptEvidence(evidence), (live) => ({ ...live, manifest: aManifest() }));

    expect(html).toContain('No technical field differs');
  });
});

describe('the approval page while the line is stopped (GT-6)', () => {
  it('says by whom, and that it is promoted only after an operator has started it', async () => {
    const scene = await anApprovalCase();
    scene.store.seed(aLine({ scope: ALL_MODELS }));

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));

    expect(html).toContain('the line of all models is stopped');
    expect(html).toContain('promoted only after an operator has started the line again');
  });
});

describe('the approval page of a model that is held after a rollback (RB-7)', () => {
  it.each([
    ['held', true],
    ['released', false],
  ])('says so: %s', async (status, isSaid) => {
    const scene = await anApprovalCase();
    scene.store.seed(aHold({ status, modelName: scene.release.modelName }));

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));

    expect(html.includes('promoted only after operators have released the hold')).toBe(isSaid);
    expect(html.includes(aHold().rollbackId)).toBe(isSaid);
  });
});

describe('the approval page of a release that another one overtook', () => {
  const OVERTAKEN = `${LIVE.release_id} has been in production since 2026-01-01T00:00:00.000Z; when this release was evaluated, its way back was nothing`;
  const overtaken = async () => {
    const scene = await anApprovalCase();
    seedLive(scene);
    return { scene, page: openPage(scene), link: await linkFor(scene, 'ada') };
  };

  it('says so above everything that it shows', async () => {
    const { page, link } = await overtaken();

    const { html } = await visit(page, link);

    expect(html.indexOf(OVERTAKEN)).toBeGreaterThan(0);
    expect(html.indexOf(OVERTAKEN)).toBeLessThan(html.indexOf('asks you to decide'));
  });

  it('says so to those who decided, and no longer that it is promoted', async () => {
    const { scene, page, link } = await overtaken();

    const first = await send(page, link);
    const last = await send(page, await linkFor(scene, 'grace'));

    expect(first.html).toContain('Your decision is recorded');
    for (const { html } of [first, last]) expect(html).toContain(OVERTAKEN);
    expect(last.html).toContain('Every required role has approved.');
    expect(last.html).not.toContain('promoted without further action');
  });

  it('says nothing of the kind about one that nothing stands in the way of', async () => {
    const scene = await anApprovalCase();
    const page = openPage(scene);

    await send(page, await linkFor(scene, 'ada'));
    const { html } = await send(page, await linkFor(scene, 'grace'));

    expect(html).toContain(
      'promoted without further action from you: now, or, where the policy has a freeze, after it',
    );
    expect(html).not.toContain('As things stand');
  });

  it('says why the last attempt at its promotion ended, and then who withdrew it', async () => {
    const scene = await anApprovalCase();
    const [page, link] = [openPage(scene), await linkFor(scene, 'ada')];
    await send(page, link);
    await send(page, await linkFor(scene, 'grace'));
    const release = (await scene.store.get('release', scene.release.releaseId)) ?? scene.release;
    const approved = { ...release, state: 'approved' as const, approvedUntil: at('2027-01-01T00:00:00.000Z') };
    const { requestId } = scene.request;
    const because = (rule: string, explanation: string) => ({ reasons: [{ rule, evidence: requestId, explanation }] });

    scene.store.seed({ ...approved, ...because('artifact_sha256', 'the artifact hashes to another') });
    expect((await visit(page, link)).html).toContain('the artifact hashes to another');

    scene.store.seed({
      ...approved,
      state: 'rejected',
      ...because('withdrawn', 'rita withdrew it as requester: <late>'),
    });
    const { html } = await visit(page, link);
    expect(html).toContain('rita withdrew it as requester: &lt;late&gt;');
    expect(html).not.toContain('As things stand');
  });
});
