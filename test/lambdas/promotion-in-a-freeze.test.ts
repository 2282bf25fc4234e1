/** A window is on: what people approved waits in the outbox, and is judged again when the window ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmBreakGlass, documentBreakGlass, requestBreakGlass } from '../../lib/domain/gate/ask-break-glass.ts';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { now } from '../../lib/runtime/clock.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { checkLedger } from '../support/check-ledger.ts';
import { deployedBytes, SHIPPED_POLICY } from '../support/deployed-files.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const RELEASE = 'hmda-mortgage-1.1.0';
const dayFrom = (days: number) => plusMilliseconds(now(), days * DAY_MS).slice(0, 'yyyy-mm-ddThh:mm'.length);
const ends = dayFrom(2);
const frozen = GovernancePolicy.parse({
  ...SHIPPED_POLICY,
  freezes: [{ name: 'audit week', zone: 'UTC', from: dayFrom(-2), until: ends, on_freeze: 'wait' }],
});

let product: Product;
beforeAll(async () => {
  product = await startProduct('freeze', deployedBytes(frozen));
});
afterAll(() => product.stop());

const verify = (attempt: number) => product.invoke('verify-promotion', { releaseId: RELEASE, attempt });
const release = () => product.store.get('release', RELEASE);

describe('a promotion that is due in a freeze (GT-6)', () => {
  it('waits, and says for what and until when', async () => {
    await product.invoke('receive-release', {
      'detail-type': 'Release Requested',
      source: 'example.pipeline',
      detail: await exampleManifest('1.1.0'),
    });
    const people = async () => {
      for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(RELEASE, person);
      return 'approved';
    };
    await walk('release', { input: { releaseId: RELEASE }, invoke: product.invoke, people });

    expect(await verify(1)).toEqual({ outcome: 'wait' });

    const explanation = expect.stringContaining(
      `“audit week” is on until ${ends.replace('T', ' ')} UTC (${ends}:00.000Z)`,
    );
    expect(await release()).toMatchObject({ state: 'approved', reasons: [{ rule: 'freeze', explanation }] });
    const events = (await product.store.events('hmda-mortgage')).map(({ event }) => event);
    expect(events.at(-1)).toMatchObject({
      event_type: 'promotion_refused',
      details: { waits_until: `${ends}:00.000Z`, attempt: 2 },
    });
  });

  it('waits at the order as well: the window may have begun since the gate let the attempt pass', async () => {
    await product.drain();

    expect(await product.invoke('deploy-endpoint', { releaseId: RELEASE, attempt: 2 })).toEqual({ outcome: 'wait' });
    expect(await release()).toMatchObject({ promotionAttempt: 3, reasons: [{ rule: 'freeze' }] });
    expect(await release()).not.toHaveProperty('endpointConfigName');
  });

  it('has ended as an execution: its steps do nothing any more', async () => {
    expect(await verify(1)).toEqual({ outcome: 'deny' });
  });

  it('is not started again before the window ends', async () => {
    await product.drain();

    // What was due is over before the outbox came to it here: nothing else is due yet.
    expect(await product.attempts(RELEASE)).toEqual([]);
  });

  it('is judged again by the attempt of the end, which waits again if a window is still on', async () => {
    expect(await verify(3)).toEqual({ outcome: 'wait' });
    expect(await release()).toMatchObject({ promotionAttempt: 4 });
  });

  it('can be asked for by an operator meanwhile, and meets the same window', async () => {
    const actor = { id: 'omar', role: 'operator', auth: 'jwt' };
    const { outcome } = await askPromotion({ releaseId: RELEASE, actor, reason: 'it is urgent' }, product.store, now);

    expect(outcome).toBe('requested');
    expect(await verify(5)).toEqual({ outcome: 'wait' });
    expect((await release())?.reasons).toMatchObject([{ rule: 'freeze' }]);
  });
});

/** What two people do while an attempt waits in the outbox for the end of the window. */
describe('a break-glass for a promotion that waits (GT-6, SD-3, BG-1)', () => {
  const by = (id: string) => ({
    ...{ releaseId: RELEASE, names: [id], reason: `because of ${id}` },
    actor: { id, role: 'operator', auth: 'jwt' },
  });
  const promotion = (attempt: number) =>
    walk('promotion', { input: { releaseId: RELEASE, attempt }, invoke: product.invoke, meanwhile: product.drain });
  const askAgain = () => askPromotion({ ...by('omar'), reason: 'it is urgent' }, product.store, now);

  it('opens nothing while nobody has confirmed it: the attempt that is asked for waits, too', async () => {
    const rule = breakGlassRule(frozen);
    const asked = {
      ...by('olga.brandt'),
      linkedIncident: 'INC-9',
      hours: undefined,
      rule,
      environment: LOCAL_CONTEXT.environment,
    };
    await requestBreakGlass(asked, product.store, now);
    const refused = await confirmBreakGlass(by('olga.brandt'), product.store, now).catch((error: Error) => error.name);
    await askAgain();
    const { promotionAttempt: attempt = 0 } = (await release()) ?? {};

    expect(refused).toBe('SeparationOfDuties');
    expect(await verify(attempt)).toEqual({ outcome: 'wait' });
    expect((await release())?.reasons.map(({ rule: name }) => name)).toEqual(['freeze', 'break_glass']);
  });

  it('opens nothing for the attempt that waits since before it was confirmed: nobody asked for that', async () => {
    await confirmBreakGlass(by('otto.lang'), product.store, now);
    const { promotionAttempt: attempt = 0 } = (await release()) ?? {};

    expect(await verify(attempt)).toEqual({ outcome: 'wait' });
    const explanation = expect.stringContaining('no operator asked for this attempt');
    expect((await release())?.reasons).toMatchObject([{ rule: 'freeze' }, { rule: 'break_glass', explanation }]);
    expect(await product.store.get('break_glass', 'hmda-mortgage')).not.toHaveProperty('used');
  });

  it('lets the attempt go to production within the window that an operator asks for after the confirmation', async () => {
    await askAgain();
    const { promotionAttempt: attempt = 0 } = (await release()) ?? {};

    expect(await promotion(attempt)).toBe('ReleasePromoted');

    expect(await release()).toMatchObject({ state: 'production' });
    const events = (await product.store.events('hmda-mortgage')).map(({ event }) => event);
    const types = events.map(({ event_type: type }) => type);
    expect(types.slice(types.lastIndexOf('break_glass_confirmed'))).toEqual([
      'break_glass_confirmed',
      'promotion_refused',
      'promotion_requested',
      'break_glass_used',
      'deployment_started',
      'deployment_promoted',
    ]);
    expect(events.find(({ event_type: type }) => type === 'break_glass_used')).toMatchObject({
      ...{ actor_id: 'assay', linked_incident: 'INC-9' },
      details: { attempt, opened: [{ rule: 'freeze' }], opened_total: 1 },
    });
    expect(events.at(-2)).toMatchObject({
      details: { deployed_policy_sha256: policySha256(frozen), freezes: [{ name: 'audit week' }], freezes_total: 1 },
    });
    expect(events.at(-1)).toMatchObject({ details: { break_glass: 1 } });
    expect(await product.store.get('break_glass', 'hmda-mortgage')).toMatchObject({ used: { attempt } });
  });

  it('is documented, which settles what is owed', async () => {
    const document = () =>
      documentBreakGlass({ ...by('otto.lang'), account: 'the limit was mended' }, product.store, now);

    expect((await document()).documented).toMatchObject({ by: 'otto.lang', account: 'the limit was mended' });
    expect((await product.store.events('hmda-mortgage')).at(-1)?.event).toMatchObject({
      ...{ event_type: 'break_glass_documented', approval_state: 'production' },
    });
    await checkLedger(product.store, 'hmda-mortgage', CONFIGURATION_CHAIN);
  });
});
