import { beforeEach, describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { anApi, callApi } from '../support/api.ts';
import { NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { A_DEVIATION, aPeriod, aWatchedEndpoint } from '../support/looks.ts';
import { aPointer, inProduction, MODEL, superseded } from '../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const QUARANTINE = { act: 'switch_back', status: 'ordered', endpointConfigName: 'by-hand', orderedAt: LATER };

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(
    inProduction,
    superseded,
    aPointer(),
    aPeriod({ to: LATER }),
    aPeriod({ from: LATER, endpointConfigName: 'by-hand' }),
  );
});
const get = (path: string) => callApi(anApi(intake), path, { username: 'olga', groups: ['auditor'] });

describe('what an endpoint served, by the API', () => {
  it('is a row for each variant and period, with what nobody approved', async () => {
    intake.store.seed(aWatchedEndpoint({ deviations: [A_DEVIATION], deviatesSince: LATER, quarantine: QUARANTINE }));

    const { status, body } = await get('/endpoints/Mortgage/served');

    const row = { variant: 'AllTraffic', weight: '1', release_id: inProduction.releaseId, model_version: '1.2.0' };
    expect(status).toBe(200);
    expect(body).toEqual({
      endpoint_name: 'mortgage',
      model_name: MODEL,
      intervals: [
        { ...row, endpoint_config: 'mortgage-1-2-0-e2', from: NOW, to: LATER },
        { ...row, endpoint_config: 'by-hand', from: LATER },
      ],
      deviations: [A_DEVIATION],
      deviates_since: LATER,
      quarantine: { act: 'switch_back', status: 'ordered', endpoint_config: 'by-hand', ordered_at: LATER },
    });
  });

  it('is a row for each fleet while traffic goes from one to another, with what SageMaker says of it (TR-2)', async () => {
    const [variant] = aPeriod().variants;
    const coming = { endpointConfigName: 'next-e3', instances: 1, stage: 'Baking', stageMessage: 'on 1 instance(s)' };
    const fleets = [{ endpointConfigName: 'former-e2', instances: 3 }, coming];
    const variants = fleets.flatMap((fleet) => (variant === undefined ? [] : [{ ...variant, ...fleet }]));
    intake.store.seed(aWatchedEndpoint(), aPeriod({ from: plusMilliseconds(LATER, 1), variants }));

    const { body } = await get('/endpoints/Mortgage/served');

    expect(body).toMatchObject({
      intervals: [
        {},
        {},
        { endpoint_config: 'former-e2', instances: 3 },
        { endpoint_config: 'next-e3', instances: 1, stage: 'Baking', stage_message: 'on 1 instance(s)' },
      ],
    });
  });

  it('is not there for an endpoint that nobody has looked at', async () => {
    expect(await get('/endpoints/never-seen/served')).toMatchObject({ status: 404 });
  });

  it('stands with the model, as long as it deviates', async () => {
    intake.store.seed(aWatchedEndpoint());
    expect((await get(`/models/${MODEL}`)).body).not.toHaveProperty('found');

    intake.store.seed(aWatchedEndpoint({ deviations: [A_DEVIATION], deviatesSince: LATER }));
    expect(await get(`/models/${MODEL}`)).toMatchObject({
      body: { found: { deviations: [A_DEVIATION], deviates_since: LATER } },
    });
  });
});
