/** The first page: is anything wrong, and is anybody waiting? */
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { type ApprovalCase, anApprovalCase } from '../support/approval-case.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { aFleet, aFleetLook, asking, giveChain, LIVE } from '../support/console-scene.ts';
import { ofContent } from '../support/denials.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { aHold, aLine, aStop, inProduction } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const NOW = '/console/now';

/** As many models as a page does not hold, of which nothing serves, and nothing is wrong with them. */
const manyModels = async () => {
  const store = memoryReleaseStore();
  const names = Array.from({ length: 30 }, (_, index) => `model-${String(index).padStart(2, '0')}` as ModelName);
  for (const modelName of names) {
    const ended = { ...inProduction, state: 'rejected', modelName, releaseId: `${modelName}-1` as ReleaseId };
    store.seed(ended);
    await giveChain(store, ended);
  }
  const { directory } = await anApprovalCase();
  const scene = { store, directory } as ApprovalCase;
  const look = { ...aFleetLook(), serving: [], pending: [], sweep: { waiting: [], deviations: [] } };
  const { fleet } = consoleWorld(issuer, scene);
  return { store, names, ...asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => look } }) };
};

describe('the first page of a fleet of more models than it shows', () => {
  it('says that one is held and its line stopped, on whichever page that model is', async () => {
    const { store, ask } = await manyModels();
    expect((await ask('omar', NOW)).text).toContain('<title>Now: all is well');

    const modelName = 'model-29' as ModelName;
    store.seed(
      aHold({ modelName, heldSince: realNow() }),
      aLine({ scope: modelName, stops: [aStop('INC-9')], changed: aStop('INC-9') }),
    );
    for (const after of ['', '?after=model-24']) {
      const { text } = await ask('omar', `${NOW}${after}`);

      expect(text).toContain('<title>Now: 2 wrong, 1 waits');
      expect(textOf(text)).toContain('2 things need attention, and one hold waits');
      expect(textOf(text)).toContain('(INC-9)');
    }
  });

  it('says that more wait where there are more holds than it shows', async () => {
    const { store, names, ask } = await manyModels();
    store.seed(...names.map((modelName) => aHold({ modelName, heldSince: realNow() })));

    expect(textOf((await ask('omar', NOW)).text)).toContain('More wait than are shown here.');
  });
});

describe('the first page of the console', () => {
  it('says that nothing is wrong and nobody waits only where that is so', async () => {
    const { store, directory, release } = await anApprovalCase();
    store.seed({ ...release, state: 'rejected' });
    const scene = { store, directory } as ApprovalCase;
    const { fleet } = consoleWorld(issuer, scene);
    const look = { ...aFleetLook(), serving: [], pending: [], sweep: { waiting: [], deviations: [] } };

    const { status, text } = await asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => look } }).ask(
      'omar',
      NOW,
    );
    const unmeasured = await asking(issuer, scene).ask('omar', NOW);

    expect(status).toBe(200);
    expect(textOf(text)).toContain('Nothing is wrong, and nobody is waiting.');
    expect(text).toContain('<title>Now: all is well');
    expect(textOf(unmeasured.text)).toContain('Nothing is known to be wrong, and nobody is waiting.');
    expect(textOf(unmeasured.text)).not.toContain('✓ No alert holds');
  });

  it('shows what serves, since when and until when, by which approvals, and where a rollback goes', async () => {
    const { ask } = asking(issuer, await aFleet());

    const text = textOf((await ask('omar', NOW)).text);

    expect(text).toMatch(/mortgage-approval ✓ governed medium tier 1\.1\.0 from mortgage .* 19 days/);
    expect(text).toMatch(/Ada Lovelace ML lead, .* Grace Hopper Risk owner, /);
    expect(text).toMatch(/1\.0\.0 Roll back mortgage-approval/);
    expect(text).toMatch(/churn ✕ expired low tier ‖ line stopped/);
    expect(text).toMatch(/card-fraud ✓ governed medium tier ‖ held/);
  });

  it('says of an approval that was taken back that it waits for people, as the inventory and both its files do', async () => {
    const scene = await aFleet();
    const live = await scene.store.get('release', LIVE as never);
    const artifactSha256 = live?.pinned?.artifactSha256 ?? expect.unreachable();
    scene.store.seed(ofContent({ artifactSha256, decidedBy: 'grace', role: 'risk_owner', decidedAt: realNow() }));
    const { ask } = asking(issuer, scene);

    const [now, inventory, csv, json, model] = await Promise.all(
      [NOW, ...['', '/csv', '/json'].map((of) => `/console/inventory${of}`), '/console/models/mortgage-approval'].map(
        async (path) => (await ask('omar', path)).text,
      ),
    );

    expect(textOf(now ?? '')).toMatch(/mortgage-approval ○ pending medium tier 1\.1\.0/);
    expect(textOf(inventory ?? '')).toMatch(/mortgage-approval medium tier ✕ nobody ○ pending/);
    expect(csv).toMatch(/^"mortgage-approval","","medium","pending"/m);
    const { models } = JSON.parse(json ?? '');
    expect(models).toContainEqual(expect.objectContaining({ serving_release_id: LIVE, governance_status: 'pending' }));
    expect(textOf(model ?? '')).toContain('○ pending');
  });

  it('names whatever holds: alerts, alarms, stops and holds, what is critical first', async () => {
    const scene = await aFleet();
    const changes = {
      alarmsOn: async () => [{ name: 'assay/prod/card-fraud/errors', since: realNow(), why: 'Threshold Crossed' }],
      lastLook: async () => aFleetLook(),
    };
    const { fleet } = consoleWorld(issuer, scene);
    const { ask } = asking(issuer, scene, { fleet: { ...fleet, ...changes } });

    const text = textOf((await ask('omar', NOW)).text);

    for (const said of [
      'An endpoint serves a model without a governance record.',
      'A model serves whose approval has expired.',
      'the alarm errors is on: Threshold Crossed',
      'the line is stopped by Olga Operator (INC-12)',
      '2 of 2 operators have yet to release it',
    ])
      expect(text).toContain(said);
    expect(text.indexOf('✕ critical')).toBeLessThan(text.indexOf('! warning'));
    expect(text.lastIndexOf('✕ critical')).toBeLessThan(text.indexOf('! warning'));
  });

  it('says how many operators have yet to release a hold', async () => {
    const scene = await aFleet();
    const hold = await scene.store.get('hold', 'card-fraud' as never);
    const consent = { operatorId: 'olga', reason: 'dealt with', linkedIncident: 'INC-12', givenAt: realNow() };
    scene.store.seed({ ...hold, consents: [consent] } as never);
    const { ask } = asking(issuer, scene);

    const text = textOf((await ask('omar', NOW)).text);

    expect(text).toContain('1 of 2 operators has yet to release it');
    expect(text).toMatch(/one release and one hold wait, one of them for you.*○ for you card-fraud 1 of 2 operators/);
  });

  it.each([
    ['who ordered the rollback', 'oscar', ['operator']],
    ['who has agreed already', 'olga', ['operator']],
    ['who is no operator', 'omar', ['auditor']],
  ])('does not tell a person that the hold waits for them, %s', async (_, who, groups) => {
    const scene = await aFleet();
    const hold = await scene.store.get('hold', 'card-fraud' as never);
    const consent = { operatorId: 'olga', reason: 'dealt with', linkedIncident: 'INC-12', givenAt: realNow() };
    scene.store.seed({ ...hold, consents: [consent] } as never);
    const { ask } = asking(issuer, scene);

    const text = textOf((await ask(who, NOW, {}, groups)).text);

    expect(text).toContain('one release and one hold wait.');
    expect(text).toContain('○ waits card-fraud');
  });

  it.each([
    ['Assay itself', 'assay', '; Assay itself ordered the rollback', 'Ordered by Assay'],
    ['a person', 'oscar', ', not Oscar Operator, who', 'Ordered by Oscar Operator'],
    ['a login that a former version kept', 'oscar-subject', ', not Oscar Operator, who', 'Ordered by Oscar Operator'],
    [
      'the ARN of a machine',
      'arn:aws:sts::000000000000:assumed-role/pipeline/run-7',
      ', not pipeline, who',
      'Ordered by pipeline',
    ],
    ['an id that is in the directory no more', 'kim', ', not kim, who', 'Ordered by kim'],
    [
      'a login that is in the directory no more',
      'kim@private.example',
      ', not somebody whom the directory does not know, who',
      'Ordered by somebody whom the directory does not know',
    ],
  ])('says who ordered a rollback, without an address that nobody knows: %s', async (_, initiatedBy, now, page) => {
    const scene = await aFleet();
    const hold = await scene.store.get('hold', 'card-fraud' as never);
    scene.store.seed({ ...hold, initiatedBy } as never);
    const { ask } = asking(issuer, scene);

    const [first, held] = [await ask('omar', NOW), await ask('omar', '/console/models/card-fraud/hold')];

    expect(textOf(first.text)).toContain(`2 of 2 operators${now}`);
    expect(textOf(held.text)).toContain(page);
    expect(`${first.text}${held.text}`).not.toMatch(/arn:aws|private\.example|oscar-subject/);
  });

  it('says when what was measured is old, by the clock of now', async () => {
    const scene = await aFleet();
    const { fleet } = consoleWorld(issuer, scene);
    const old = { ...aFleetLook(), at: plusMilliseconds(realNow(), -3_600_000) };
    const { ask } = asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => old } });

    expect(textOf((await ask('omar', NOW)).text)).toContain('The metrics are out of date');
  });

  it('names who is waited for, and says so to the one who is', async () => {
    const { ask } = asking(issuer, await aFleet());

    const [omar, ada] = [await ask('omar', NOW), await ask('ada', NOW, {}, ['approver'])].map(({ text }) =>
      textOf(text),
    );

    expect(omar).toMatch(
      /mortgage-approval 1\.2\.0 medium tier ML lead: Ada Lovelace or Katherine Johnson Risk owner: Grace Hopper/,
    );
    expect(omar).not.toContain('○ for you mortgage-approval');
    expect(ada).toContain('one of them for you');
  });

  it('is for people with a role that may read, and shows a task token to nobody', async () => {
    const scene = await aFleet();
    const { ask } = asking(issuer, scene);

    const without = await ask('ada', NOW, {}, []);
    const { text } = await ask('omar', NOW);

    expect(without.status).toBe(403);
    expect(without.text).not.toContain('mortgage');
    expect(text).not.toContain(scene.request.taskToken);
  });
});
