/** The pages about models and releases, the inventory, and the lists: what they say, and to whom. */
import { afterAll, describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { refuseClaimOf } from '../support/a-refusal.ts';
import { NOW } from '../support/approval-case.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { aFleet, aFleetLook, asking, LIVE } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { anAttestation } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const aConsole = async () => {
  const scene = await aFleet();
  const { fleet } = consoleWorld(issuer, scene);
  return { scene, ...asking(issuer, scene, { fleet: { ...fleet, lastLook: async () => aFleetLook() } }) };
};

describe('the inventory (RR-13, ST-3)', () => {
  it('gives every model that serves exactly one status, and leaves out nothing that was found to serve', async () => {
    const { ask } = await aConsole();

    const { models } = JSON.parse((await ask('omar', '/console/inventory/json')).text);

    expect(
      models.map((one: Record<string, string>) => [
        one['model_name'],
        one['endpoint'],
        one['governance_status'],
        one['deployment_status'],
      ]),
    ).toEqual([
      ['card-fraud', 'fraud', 'governed', 'production'],
      ['churn', 'churn', 'expired', 'production'],
      ['mortgage-approval', 'mortgage', 'governed', 'production'],
      ['', 'shadow-scorer', 'ungoverned', 'production'],
    ]);
  });

  it.each([
    ['dev', 'development'],
    ['development', 'development'],
    ['stage', 'staging'],
    ['staging', 'staging'],
    ['eu-prod', 'production'],
  ])(
    'says of what serves in the deployment %s that it is in %s, apart from its governance (RR-6)',
    async (environment, said) => {
      const scene = await aFleet();
      const { fleet } = consoleWorld(issuer, scene);
      const { ask } = asking(issuer, scene, {
        environment,
        fleet: { ...fleet, lastLook: async () => aFleetLook() },
      });

      const { models } = JSON.parse((await ask('omar', '/console/inventory/json')).text);

      expect(models.map((one: Record<string, string>) => one['deployment_status'])).toEqual([said, said, said, said]);
      expect(models.map((one: Record<string, string>) => one['governance_status'])).toEqual([
        ...['governed', 'expired', 'governed', 'ungoverned'],
      ]);
    },
  );

  it('marks a model that nobody answers for', async () => {
    const { ask } = await aConsole();

    expect(textOf((await ask('omar', '/console/inventory')).text)).toContain('nobody answers for them');
  });

  it('is exported as text that no spreadsheet runs', async () => {
    const { ask, scene } = await aConsole();
    const live = await scene.store.get('release', 'mortgage-1-1-0' as never);
    if (live === undefined) throw new Error('it is not there');
    scene.store.seed({ ...live, manifest: { ...live.manifest, training_dataset_ref: '=HYPERLINK("x")' } });

    const { text, headers } = await ask('omar', '/console/inventory/csv');
    const measuredAt = JSON.parse((await ask('omar', '/console/inventory/json')).text)['measured_at'];

    expect(headers.get('content-type')).toContain('text/csv');
    expect(text.split('\r\n')[0]).toMatch(/^"model_name","owner","risk_tier","governance_status"/);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(measuredAt < realNow()).toBe(true);
    expect(text.split('\r\n')[1]).toMatch(/"2\d{3}-[^"]+Z","2\d{3}-[^"]+Z"$/);
  });
});

describe('the page of a model', () => {
  it('shows what served when as a picture and as a table, with what ended it', async () => {
    const { ask } = await aConsole();

    const { text } = await ask('omar', '/console/models/mortgage-approval');

    for (const shape of ['wide', 'narrow']) expect(text).toContain(`class="picture-of-time ${shape}"`);
    expect(textOf(text)).toMatch(
      /1\.1\.0 .*it serves .*1\.0\.0 .*promotion .*1\.0\.1 .*rollback after 1 day .*1\.0\.0 .*promotion/,
    );
    expect(textOf(text)).toContain('Approval expired');
  });

  it('is not there for a model of which nothing is known', async () => {
    expect((await (await aConsole()).ask('omar', '/console/models/unheard-of')).status).toBe(404);
  });
});

describe('the page of a release', () => {
  it('shows decisions with their meaning, and how to verify what was signed', async () => {
    const { ask } = await aConsole();

    const text = textOf((await ask('omar', '/console/releases/mortgage-1-1-0')).text);

    expect(text).toMatch(/Ada Lovelace ML lead ✓ approved .* I have reviewed the evidence and approve/);
    expect(text).toContain('assay verify RECORD --key record.pub');
    expect(text).toContain('✓ serves now');
  });

  it('shows no value of the environment of a container: those are for people who approve', async () => {
    const { ask } = await aConsole();

    const { text } = await ask('omar', '/console/releases/mortgage-1-1-0');

    expect(text).toContain('<code>THRESHOLD</code>');
    expect(text).not.toContain('<bdi>0.5</bdi>');
  });

  it('is not there under another id, and is for people who may read alone', async () => {
    const { ask } = await aConsole();

    expect((await ask('omar', '/console/releases/nothing-1')).status).toBe(404);
    expect((await ask('ada', '/console/releases/mortgage-1-1-0', {}, [])).status).toBe(403);
  });
});

describe('the lists', () => {
  it('say what waits for the one who looks, and for everybody', async () => {
    const { ask } = await aConsole();

    expect(textOf((await ask('ada', '/console/approvals', {}, ['approver'])).text)).toContain(
      'One release waits for you.',
    );
    expect(textOf((await ask('omar', '/console/approvals')).text)).toContain('Nothing waits for you.');
  });

  it.each([
    ['/console/refusals', 'Nothing was refused.'],
    ['/console/outbox', '✓ Nothing is parked.'],
    ['/console/policy', 'policy of the tests'],
  ])('%s', async (path, said) => {
    expect(textOf((await (await aConsole()).ask('omar', path)).text)).toContain(said);
  });
});

describe('a list that is longer than a page', () => {
  const linkIn = (text: string, name: string): string =>
    new RegExp(`<a href="(\\?[^"]+)">${name}`).exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';

  it('is read page by page, of refusals: of all models, or of one', async () => {
    const { ask, scene } = await aConsole();
    const refusals = Array.from({ length: 30 }, (_, index) => ({
      ...{ ...refuseClaimOf(`refused-${index}`), version: 1, receivedAt: plusMilliseconds(NOW, -index * 1000) },
      claimedModelName: index % 10 === 0 ? 'churn' : 'card-fraud',
    }));
    scene.store.seed(...refusals);
    const path = '/console/refusals';
    const first = (await ask('omar', path)).text;
    const rest = (await ask('omar', `${path}${linkIn(first, 'Earlier refusals')}`)).text;
    const ofOne = (await ask('omar', `${path}?model=churn`)).text;

    expect([first, rest].map((text) => text.match(/refused-\d+/g)?.length)).toEqual([25, 5]);
    expect(rest).not.toContain('Earlier refusals');
    expect(ofOne.match(/refused-\d+/g)).toEqual(['refused-0', 'refused-10', 'refused-20']);
    expect((await ask('omar', `${path}?model=`)).text.match(/refused-\d+/g)).toHaveLength(25);
    expect((await ask('omar', `${path}?after=nowhere`)).status).toBe(409);
  });

  it('is read page by page, of what is parked', async () => {
    const asked: object[] = [];
    const next = { pk: 'OUTBOX#send_mail#1', sk: 'churn#1', at: 'churn#1' };
    const scene = await aFleet();
    const { ask } = asking(issuer, scene, {
      fleet: {
        ...consoleWorld(issuer, scene).fleet,
        parkedPage: async (page) => {
          asked.push(page);
          return { items: [], next: page.after === undefined ? next : undefined };
        },
      },
    });
    const first = (await ask('omar', '/console/outbox')).text;
    const rest = (await ask('omar', `/console/outbox${linkIn(first, 'The next ones')}`)).text;

    expect(asked).toEqual([{ limit: 25 }, { limit: 25, after: next }]);
    expect(rest).not.toContain('The next ones');
  });
});

describe('the record of a release, verified', () => {
  const page = '/console/releases/mortgage-1-1-0/verify';
  const verifying = async (problems: readonly string[]) =>
    asking(issuer, await aFleet(), { recordProblems: async () => problems });

  it('holds, and the page says what was looked at', async () => {
    const { ask } = await verifying([]);

    const text = textOf((await ask('omar', page)).text);

    expect(text).toContain('✓ It holds');
    expect(text).toMatch(/The bytes at s3:\/\/evidence\/records.* by the keys of KMS/);
    expect((await ask('omar', '/console/releases/mortgage-1-1-0')).text).toContain(`href="${page}"`);
  });

  it('comes with each attestation: what it says, by whom it is signed, and where it is on record', async () => {
    const scene = await aFleet();
    scene.store.seed(
      anAttestation('model_card', { releaseId: LIVE as never }),
      anAttestation('security_review', { releaseId: LIVE as never }),
      anAttestation('bias_and_fairness', { releaseId: LIVE as never }),
    );
    const { fleet, store } = consoleWorld(issuer, scene);
    const said = {
      ...{ release_id: LIVE, stage: 'model_card', result: 'PASSED', timestamp: realNow() },
      ...{ name: 's3://models/model.tar.gz', sha256: 'a'.repeat(64), passed: ['one', 'two'], warned: [], failed: [] },
    } as const;
    const noted = ['model_card', 'security_review'].map((stage, index) => ({
      event: {
        ...{ event_type: 'stage_evaluated', seq: index + 4, evidence_refs: [], release_id: LIVE, timestamp: realNow() },
        details: { stage, attestation_sha256: anAttestation(stage as never).sha256, key_id: 'k' },
      },
    }));
    const { ask } = asking(issuer, scene, {
      store: { ...store, eventsOf: async () => ({ items: noted, next: undefined }) } as never,
      fleet: { ...fleet, logIndexes: async () => new Map([[4, 57]]) },
      attestationReport: async (_, { stage }) =>
        stage === 'security_review'
          ? { attestation: undefined, problems: ['no signature is by this key'] }
          : { attestation: said as never, problems: [] },
    });

    const text = textOf((await ask('omar', page)).text);

    expect(text).toContain('✕ 2 of 3 do not hold.');
    expect(text).toMatch(
      /Security review ✕ does not hold no signature is by this key .*event #5 which is not in the log/,
    );
    expect(text).toMatch(/Model card ✓ holds passed 2 passed, 0 warned, 0 failed .* by attestation-key/);
    expect(text).toContain('event #4 entry 57 of the log');
    expect(text).toMatch(/Bias and fairness ✕ does not hold .*✕ no event says so/);
  });

  /** The page over these rows, where the events of the release say that these stages signed, and there may be more of them. */
  const attested = async (kept: readonly string[], signed: readonly string[], next?: number) => {
    const scene = await aFleet();
    scene.store.seed(...kept.map((stage) => anAttestation(stage as never, { releaseId: LIVE as never })));
    const { store } = consoleWorld(issuer, scene);
    const items = signed.map((stage, index) => ({
      event: {
        ...{ event_type: 'stage_evaluated', seq: index + 4, evidence_refs: [], release_id: LIVE, timestamp: realNow() },
        details: { stage, attestation_sha256: anAttestation(stage as never).sha256, key_id: 'k' },
      },
    }));
    return asking(issuer, scene, { store: { ...store, eventsOf: async () => ({ items, next }) } as never });
  };
  const attestedText = async (...given: Parameters<typeof attested>) =>
    textOf((await (await attested(...given)).ask('omar', page)).text).replace(/^.*The attestations/s, '');

  it('has attestations that all hold, or none yet', async () => {
    expect(await attestedText([], [])).toContain('No stage has attested to anything yet.');
    const { ask } = await attested(['model_card'], ['model_card']);
    expect(textOf((await ask('omar', page)).text)).toContain('✓ All 1 hold.');
    const scene = await aFleet();
    scene.store.seed(anAttestation('model_card', { releaseId: LIVE as never }));
    const { ask: open } = asking(issuer, scene);
    expect((await open('omar', `/console/releases/${LIVE}`)).text).toContain('Verify the record and the attestations');
  });

  it('misses an attestation that an event names and no row keeps', async () => {
    const text = await attestedText(['model_card'], ['model_card', 'security_review']);

    expect(text).toContain('✕ 1 of 2 do not hold.');
    expect(text).toMatch(/Security review ✕ missing/);
    expect(await attestedText([], ['security_review'])).toContain('✕ 1 of 1 do not hold.');
  });

  it('does not hold for a row that no event names', async () => {
    const text = await attestedText(['model_card', 'security_review'], ['security_review']);

    expect(text).toContain('✕ 1 of 2 do not hold.');
    expect(text).toMatch(/Model card ✕ does not hold .*✕ no event says so.*Security review ✓ holds/);
  });

  it('is neither green nor red about what events say that were not read', async () => {
    const notKnown = 'not known: the release has more events than are looked through';
    const text = await attestedText(['model_card', 'bias_and_fairness'], ['model_card', 'security_review'], 200);

    expect(text).toContain(`– Whether all are there and hold is ${notKnown}.`);
    expect(text).toMatch(/Security review – not known: .*Bias and fairness – not known .*Model card ✓ holds/);
    expect(text).not.toMatch(/✕|✓ All/);
    expect(await attestedText([], [], 200)).toContain(`– ${notKnown}`);
  });

  it('does not hold, for each of these reasons', async () => {
    const { ask } = await verifying(['the signature is not of this key']);

    const text = textOf((await ask('omar', page)).text);

    expect(text).toContain('It does not hold: mortgage-approval 1.1.0');
    expect(text).toContain('✕ It does not hold the signature is not of this key');
  });

  it('is not there before everybody has approved, nor for a release that nobody requested', async () => {
    const { ask } = await verifying([]);

    expect(textOf((await ask('omar', '/console/releases/mortgage-1-2-0/verify')).text)).toContain('– There is none');
    expect((await ask('omar', '/console/releases/nothing-1/verify')).status).toBe(404);
    expect((await ask('ada', page, {}, [])).status).toBe(403);
  });
});
