/** The same pages over fleets that are in other states: more than a page, not whole, ended, or of yesterday's version. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { LogState } from '../../lib/domain/ledger/extend-log.ts';
import { ALL_MODELS } from '../../lib/domain/records/line.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ApprovalCase } from '../support/approval-case.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { aFleet, aFleetLook, asking, giveChain, LIVE } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { aLine, anEmptyPointer, aPointer, aRollback, aStop } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

type Fleet = ReturnType<typeof consoleWorld>['fleet'];

const aConsole = async (changes: Partial<Fleet> = {}, seeds: readonly Entity[] = []) => {
  const scene = await aFleet();
  scene.store.seed(...seeds);
  const { fleet } = consoleWorld(issuer, scene);
  return { scene, ...asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => aFleetLook(), ...changes } }) };
};

const releaseOf = async ({ store }: ApprovalCase, id: string): Promise<Release> => {
  const found = await store.get('release', id as never);
  if (found === undefined) throw new Error(`${id} is not there`);
  return found;
};

/** As many models as a page does not hold. */
const many = Array.from({ length: 60 }, (_, index) => `model-${String(index).padStart(3, '0')}`);

const aLargeFleet = async (changes: Partial<Fleet> = {}) => {
  const large = await aConsole(changes);
  const live = await releaseOf(large.scene, LIVE);
  for (const modelName of many) {
    const first = { ...live, modelName: modelName as never, releaseId: `${modelName}-1` as never };
    large.scene.store.seed(first);
    await giveChain(large.scene.store, first);
  }
  return large;
};

describe('a fleet of more models than a page has (RR-13)', () => {
  it('is looked at page by page, until there is no next one', async () => {
    const { ask } = await aLargeFleet({ lastLook: async () => undefined });

    const seen: string[] = [];
    let path: string | undefined = '/console/inventory';
    while (path !== undefined) {
      const { text } = await ask('omar', path);
      seen.push(
        ...[...text.matchAll(/<th scope="row"><a href="\/console\/models\/([^"]+)"/g)].map(([, name = '']) => name),
      );
      const [, next] = /href="\?after=([^"]+)">The next models/.exec(text) ?? [];
      path = next && `/console/inventory?after=${next}`;
    }

    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining([...many, 'churn', 'card-fraud', 'mortgage-approval']));
  });

  it('has its first page on the screen, and a way to the next', async () => {
    const { ask } = await aLargeFleet();

    const first = await ask('omar', '/console/now');
    const last = await ask('omar', '/console/now?after=model-058');

    expect(first.text).toContain('The next models');
    expect(last.text).not.toContain('The next models');
  });

  it('is downloaded whole, as one file', async () => {
    const { ask } = await aLargeFleet();

    const json = JSON.parse((await ask('omar', '/console/inventory/json')).text);
    const csv = await ask('omar', '/console/inventory/csv');

    expect(json).toMatchObject({ is_whole: true });
    expect(json.models).toHaveLength(many.length + 4);
    expect(csv.text.trim().split('\r\n')).toHaveLength(many.length + 5);
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="inventory.csv"');
    expect(csv.headers.get('link')).toBeNull();
  });

  it('is cut where it takes longer than a gateway waits, and the file says so by its name and where the rest is', async () => {
    const { scene } = await aLargeFleet();
    let instant = realNow();
    const late = asking(issuer, scene, {
      now: () => {
        const at = instant;
        instant = plusMilliseconds(instant, 16_000);
        return at;
      },
    });

    const { text, headers } = await late.ask('omar', '/console/inventory/json');
    const { is_whole: isWhole, next } = JSON.parse(text);
    const rest = await asking(issuer, scene).ask('omar', `/console/inventory/csv?after=${next}`);

    expect(isWhole).toBe(false);
    expect(headers.get('content-disposition')).toContain('inventory-part.json');
    expect(headers.get('link')).toBe(`<https://assay.bank.example/console/inventory/json?after=${next}>; rel="next"`);
    expect(rest.headers.get('content-disposition')).toContain('inventory-part.csv');
    expect(rest.text.split('\r\n')[1]?.split(',')[0]).toBe(`"${many[many.indexOf(next) + 1]}"`);
  });

  it('is not searched by a cursor that is no name of a model', async () => {
    const { ask } = await aConsole();

    expect((await ask('omar', '/console/inventory?after=%27%3B--')).text).toContain('/console/models/card-fraud');
  });

  it('has on its page what was found to serve, though it has no chain', async () => {
    const serving = many.map((modelName) => ({ ...aFleetLook().serving[0], modelName }) as never);
    const { ask } = await aConsole({ lastLook: async () => ({ ...aFleetLook(), serving }) });

    const { models } = JSON.parse((await ask('omar', '/console/inventory/json')).text);

    expect(models.map((one: Record<string, string>) => one['model_name'])).toEqual(expect.arrayContaining(many));
  });
});

describe('what the first page says of the ledger', () => {
  const state = (published: boolean): LogState =>
    ({
      version: 3,
      tree: { size: 4211, hashes: [] },
      batch: { before: { size: 4210, hashes: [] }, entries: [{ model: 'mortgage-approval', seq: 1 }] },
      published,
    }) as unknown as LogState;

  it('is how many events it has, how new the newest is, and whether the checkpoint is published', async () => {
    const look = {
      ...aFleetLook(),
      oldestDueAt: plusMilliseconds(realNow(), -60_000),
      parked: { failed: 2, tampered: 1 },
    };
    const { ask } = await aConsole({ log: async () => state(true), lastLook: async () => look });

    const text = textOf((await ask('omar', '/console/now')).text);

    expect(text).toMatch(/Events in the log 4,211 The newest of them \d+ days .*ago/);
    expect(text).toContain('✓ signed and published');
    expect(text).toMatch(/due for 1 min .*Parked for a person 3/);
  });

  it('is that nobody knows what is due, before anything was measured', async () => {
    const { ask } = await aConsole({ log: async () => state(false), lastLook: async () => undefined });

    const text = textOf((await ask('omar', '/console/now')).text);

    expect(text).toContain('○ being published');
    expect(text).toContain('Parked for a person none');
  });
});

describe('what waits', () => {
  it('is in its order: what is asked of the one who looks, then the longest', async () => {
    const scene = await aFleet();
    const waits = await releaseOf(scene, 'mortgage-1-2-0');
    const approved = (id: string, ago: number) =>
      ({
        ...{ ...waits, releaseId: id, modelVersion: id, state: 'approved', approvalRequestId: undefined },
        ...{
          updatedAt: plusMilliseconds(realNow(), -ago),
          reasons: [{ rule: 'r', evidence: '', explanation: 'it is late' }],
        },
      }) as never;
    scene.store.seed(approved('waits-1', 1_000), approved('waits-9', 9_000_000));
    scene.store.seed({ ...waits, releaseId: 'asks', modelVersion: '9.9.9', approvalRequestId: undefined } as never);

    const text = textOf((await asking(issuer, scene).ask('ada', '/console/approvals', {}, ['approver'])).text);
    const all = text.slice(text.indexOf('Everybody’s'));

    expect(all.indexOf('for you')).toBeLessThan(all.indexOf('waits-9'));
    expect(all.indexOf('waits-9')).toBeLessThan(all.indexOf('waits-1'));
    expect(all).toContain('Approved by everybody; it waits for its promotion. it is late');
    expect(all).toMatch(/9\.9\.9 medium tier Its approvers are being asked\./);
  });

  it('is cut into pages, which the first screen says', async () => {
    const scene = await aFleet();
    const { fleet } = consoleWorld(issuer, scene);
    const waiting: Fleet['waiting'] = async (state, after) => ({
      ...(await fleet.waiting(state, after)),
      next: 'cursor',
    });
    const { ask } = asking(issuer, scene, { fleet: { ...fleet, waiting } });

    expect(textOf((await ask('omar', '/console/now')).text)).toContain('More wait than are shown here.');
    expect((await ask('omar', '/console/approvals?after=x')).text).toContain('?after=cursor');
  });
});

describe('windows in which nothing is promoted', () => {
  it('are each named once, with the models on this page that they are on for', async () => {
    const scene = await aFleet();
    const until = plusMilliseconds(realNow(), 3_600_000);
    const { ask } = asking(issuer, scene, {
      findFreezes: async ({ modelName }) => (modelName === 'churn' ? [] : [{ name: 'year end', until } as never]),
    });

    expect(textOf((await ask('omar', '/console/now')).text)).toMatch(
      /year end until .*: card-fraud, mortgage-approval/,
    );
  });
});

describe('what was stopped or taken back (RR-6)', () => {
  it('is said of all models once, and of one model by its name', async () => {
    const all = aLine({ scope: ALL_MODELS, status: 'stopped', stops: [aStop('INC-1')] });
    const rolling = aRollback({ rollbackId: 'rollback-mortgage-approval-2', requestedAt: realNow() });

    const text = textOf((await (await aConsole({}, [all, rolling])).ask('omar', '/console/now')).text);

    expect(text).toMatch(/the line of all models is stopped by \S+ \S+ \(INC-1\)/);
    expect(text).toContain('rollback-mortgage-approval-2 is under way');
    expect(text).toContain('‖ line stopped ↺ rolling back');
  });

  it('leaves a model that serves nothing: it is on its page and in the inventory, and not among what serves', async () => {
    const { ask } = await aConsole({}, [anEmptyPointer(), { ...anEmptyPointer(), modelName: 'churn' as never }]);

    const [now, model, inventory] = await Promise.all(
      ['/console/now', '/console/models/mortgage-approval', '/console/inventory'].map(async (path) =>
        textOf((await ask('omar', path)).text),
      ),
    );

    expect(now?.slice(now.indexOf('What serves'))).not.toContain('churn');
    expect(model).toContain('Nothing of it is in production.');
    expect(inventory).toMatch(/churn .*nothing serves retired/);
  });
});

describe('one release', () => {
  it('is shown as denied, by whom and why, where a decision was one', async () => {
    const scene = await aFleet();
    const [given] = await scene.store.list('approval', LIVE as never);
    const { signed: _, ...unsigned } = given as NonNullable<typeof given>;
    scene.store.seed(
      {
        ...(given as NonNullable<typeof given>),
        decision: 'deny',
        comment: 'the gap is too wide',
        actingFor: 'katherine' as never,
      },
      { ...unsigned, approverId: 'linus' as never, approverRole: 'legal' as never },
    );
    const { ask } = asking(issuer, scene);

    const text = textOf((await ask('omar', `/console/releases/${LIVE}`)).text);

    expect(text).toMatch(/Ada Lovelace ML lead, acting for Katherine Johnson ✕ denied .* the gap is too wide/);
    expect(text).toMatch(/linus Legal ✓ approved ✕ not signed: it counts for nothing/);
  });

  it('says why it is where it is, and what is not established yet', async () => {
    const scene = await aFleet();
    const { evidenceDigest: _, pinned: __, recordSha256: ___, ...live } = await releaseOf(scene, LIVE);
    scene.store.seed({
      ...{ ...live, releaseId: 'mortgage-1-4-0', requestedBy: 'gone', state: 'rejected' },
      reasons: [{ rule: 'r', evidence: '', explanation: 'the digest differs' }],
    } as never);
    const { ask } = asking(issuer, scene);

    const text = textOf((await ask('omar', '/console/releases/mortgage-1-4-0')).text);

    expect(text).toContain('Why it is where it is the digest differs');
    expect(text).toContain('requested by gone');
    expect(text).toContain('Not established yet');
    expect(text).toContain('No event of it is known.');
    expect(text).not.toContain('attestations of stages');
  });

  it('is a fault if the policy of its request is not kept: nobody could say what it was held to', async () => {
    const scene = await aFleet();
    scene.store.seed({ ...(await releaseOf(scene, LIVE)), releaseId: 'lost-1', policySha256: 'f'.repeat(64) } as never);
    const { ask, errors } = asking(issuer, scene);

    expect((await ask('omar', '/console/releases/lost-1')).status).toBe(500);
    expect(errors).toEqual(['the policy of lost-1 is not kept']);
  });

  it('says that there are more events than were read', async () => {
    const scene = await aFleet();
    const { fleet, store } = consoleWorld(issuer, scene);
    const [event] = await fleet.latestEvents('mortgage-approval', 1);
    if (event === undefined) throw new Error('there is no event');
    const { ask } = asking(issuer, scene, {
      fleet: { ...fleet, latestEvents: async (_, most) => Array.from({ length: most }, () => event) },
      store: { ...store, eventsOf: async () => ({ items: [event], next: 1 }) } as never,
    });

    expect((await ask('omar', `/console/releases/${LIVE}`)).text).toContain('The first of its events.');
    expect((await ask('omar', '/console/models/mortgage-approval')).text).toContain('By its latest events');
  });
});

describe('rows that are not there', () => {
  it('leave out what they would say: a release that is gone is no version, and its model no row of what serves', async () => {
    const { ask } = await aConsole({}, [
      aPointer({
        modelName: 'churn' as never,
        releaseId: 'gone-1' as never,
        fallbackReleaseId: '',
        endpointName: 'churn',
      }),
    ]);

    const text = textOf((await ask('omar', '/console/now')).text);

    expect(text.slice(text.indexOf('What serves'))).not.toContain('churn');
    expect((await ask('omar', '/console/models/-')).status).toBe(404);
    expect((await ask('omar', '/console/releases/-')).status).toBe(404);
  });
});

describe('an act that meets another', () => {
  it('says that somebody was faster, and that nothing was done', async () => {
    const scene = await aFleet();
    const { store } = consoleWorld(issuer, scene);
    const { send } = asking(issuer, scene, {
      store: {
        ...store,
        get: store.get.bind(store),
        commit: () => Promise.reject(new Conflict('another was first')),
      } as never,
    });

    const { status, text } = await send('omar', '/console/models/mortgage-approval/rollback', {
      ...{ to: 'fallback', reason: 'errors', incident: 'INC-7', confirmation: 'mortgage-approval' },
    });

    expect([status, text.includes('Somebody else was faster')]).toEqual([503, true]);
  });
});

describe('the page of a rollback', () => {
  const PAGE = '/console/models/mortgage-approval/rollbacks/2';

  it('calls a release that is gone by its id, and knows no rollback of another epoch', async () => {
    const rollback = aRollback({
      rollbackId: 'rollback-mortgage-approval-2',
      fromReleaseId: 'gone-1' as never,
      toReleaseId: '' as never,
    });
    const { ask } = await aConsole({}, [rollback]);

    expect(textOf((await ask('omar', PAGE)).text)).toContain('mortgage-approval: from gone-1 to nothing');
    expect((await ask('omar', PAGE.replace('/2', '/7'))).status).toBe(404);
    expect((await ask('omar', PAGE.replace('/2', '/x'))).status).toBe(404);
  });

  it('shows how long the last one took, and that one is under way', async () => {
    const at = realNow();
    const event = (type: string, key: string, ago: number) =>
      ({ event: { event_type: type, idempotency_key: key, timestamp: plusMilliseconds(at, -ago) } }) as never;
    const latestEvents = async () => [
      event('rollback_executed', 'r-1:executed', 0),
      event('rollback_requested', 'r-1', 90_000),
      event('rollback_executed', 'r-0:executed', 500_000),
    ];
    const rolling = aRollback({ rollbackId: 'rollback-mortgage-approval-2', requestedAt: Instant.parse(at) });
    const { ask } = await aConsole({ latestEvents }, [rolling]);

    const text = textOf((await ask('omar', '/console/models/mortgage-approval/rollback')).text);

    expect(text).toContain('the last one took 1 min 30 s.');
    expect(text).toContain('A rollback is under way');
  });

  it('has nothing to offer but nothing where no release was before, and no hold where none was', async () => {
    const { ask, send } = await aConsole();

    const { text } = await ask('omar', '/console/models/churn/rollback');
    const incomplete = await send('omar', '/console/models/card-fraud/hold', {
      reason: '',
      incident: '',
      confirmation: '',
    });

    expect(textOf(text)).toContain('There is no earlier release to go back to');
    expect(incomplete.status).toBe(422);
    expect(incomplete.text).toContain('<title>Not complete: Held: card-fraud');
    expect((await ask('omar', '/console/models/churn/hold')).status).toBe(404);
  });
});
