import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../lib/domain/ledger/event.ts';
import { whatRan } from '../../../lib/web/console/what-ran.ts';
import { ago } from '../../support/a-viewer.ts';
import { digestOf } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';
import { inProduction } from '../../support/release-life.ts';

const event = (type: string, seconds: number, details: object = {}): AuditEvent =>
  ({ event_type: type, timestamp: ago(seconds * 1000), details }) as unknown as AuditEvent;
const evaluated = (stage: string, seconds: number, more: object = {}) =>
  event('stage_evaluated', seconds, {
    ...{
      stage,
      checks: [{ status: 'passed' }, { status: 'failed' }],
      checks_total: 2,
      code_sha256: [digestOf('code')],
    },
    ...more,
  });
const textOf = (events: readonly AuditEvent[]) => read(whatRan({ release: inProduction, events }));

describe('what ran', () => {
  it('is the training that the evidence tells of, and each stage with its time and its code', async () => {
    const trained_from = {
      data: [{ name: 'register', sha256: digestOf('register') }],
      hyperparameters: [
        { name: 'depth', value: '6' },
        { name: 'eta', value: '0.1' },
      ],
      hyperparameters_total: 2,
      ...{
        repository: 'https://git.example/credit',
        builder: 'SageMaker',
        run: 'arn:aws:sagemaker:x:training-job/churn',
      },
    };

    const text = await textOf([
      event('release_requested', 300),
      event('evidence_pinned', 200),
      evaluated('data_provenance', 140, { trained_from }),
      evaluated('model_card', 100),
    ]);

    expect(text).toContain('Training job arn:aws:sagemaker:x:training-job/churn Builder SageMaker');
    expect(text).toContain('Hyperparameters, 2 depth 6, eta 0.1');
    expect(text).toMatch(/Data provenance 1 of 2 passed .* after 1 min [0-9a-f]{12} Model card .* after 1 min 40 s/);
    expect(text).toContain('Its whole lineage');
  });

  it('says less of what a former version noted, and nothing of what no stage has judged', async () => {
    const bare = await textOf([event('stage_evaluated', 100, { stage: 'model_card' }), event('stage_evaluated', 90)]);

    expect(bare).toMatch(/Model card 0 of 0 passed .* after 0 s/);
    expect(bare).not.toContain('Training job');
    expect(await textOf([])).toContain('No stage has been evaluated yet.');
  });

  it('has no name of anything that was not said', async () => {
    const text = await textOf([evaluated('data_provenance', 10, { trained_from: {} })]);

    expect(text).not.toMatch(/Hyperparameters|Repository|Builder/);
  });
});
