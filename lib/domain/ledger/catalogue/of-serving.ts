/** The events of production: promotions, rollbacks, and what endpoints serve. */
import * as z from 'zod';
import {
  CONFIGURED,
  count,
  digest,
  ENDPOINT,
  EPOCH,
  FAULTS,
  instant,
  ofNoRelease,
  ofRelease,
  REASONS,
  REASONS_TOTAL,
  text,
  texts,
} from './details.ts';

/** An order from one thing to another: a rollback between releases, a move between endpoints. */
const ORDER = { from: text('what it leaves'), to: text('what it goes to; empty if to nothing'), epoch: EPOCH };
const ORDERED = { ...ORDER, initiated_by: text('who asked for it') };

const SERVES = {
  ...CONFIGURED,
  heads_for: text('the configuration that it is on its way to'),
  serves_since: instant('since when'),
  variants: z
    .array(
      z.object({
        variant: z.string(),
        weight: z.string(),
        release_id: z.string(),
        model_version: z.string(),
        endpoint_config: z.exactOptional(z.string()),
        instances: z.exactOptional(z.int()),
        stage: z.exactOptional(z.string()),
        stage_message: z.exactOptional(z.string()),
      }),
    )
    .describe(
      'what each variant serves, and its weight; while an update brings traffic over, of both fleets, with the configuration and the instances of each and what SageMaker says of the one that comes',
    ),
  deviations: z
    .array(z.object({ kind: z.string(), alert: z.string(), explanation: z.string() }))
    .describe('in which ways that is not what people approved'),
  deviations_total: count('in how many ways'),
};
const DEVIATED = { ...SERVES, deviated_since: instant('since when it deviated') };

const HOLD = {
  rollback_id: text('the rollback that holds the model'),
  operators: count('how many operators have consented'),
  operators_needed: count('how many are needed'),
};

const BREAK_GLASS = {
  number: count('which break-glass of the model it is'),
  environment: text('the environment that it is about'),
  ...ENDPOINT,
};

const REPORT = {
  kind: text('data_quality, model_quality, bias_drift or explainability_drift'),
  execution: text('the execution of the monitor'),
  schedule: text('its schedule'),
  ...ENDPOINT,
  status: text('how it ended'),
  measured_from: instant('from when it measured'),
  ended_at: instant('when it ended'),
  outcome: text('within, breached, out_of_date or not_completed'),
  violations: z.array(z.string()).describe('as many violations as there is room for'),
  violations_total: count('how many violations there were'),
  violations_tolerated: count('how many are tolerated'),
  problems: z.array(z.string()).describe('which files were not read, and why'),
  is_significant: z.boolean().describe('whether the difference is more than chance'),
  measured: text('the value of the metric').optional(),
  metric: text('the metric').optional(),
  drift: z
    .object({ bound: z.string(), difference: z.string(), is_drifting: z.boolean(), p_value: z.string() })
    .describe('the test of the share of right answers')
    .optional(),
};

const ACTIVITY = {
  kind: text('training_job, processing_job, pipeline_execution or model_card'),
  arn: text('what did it'),
  status: text('how it ended'),
  at: instant('when, by the word of SageMaker'),
};

/** SageMaker says more of some kinds, each under its own name. */
const observed = (says: string) => ({ says, details: z.object(ACTIVITY).catchall(text('what else SageMaker says')) });

export const EVENTS_OF_SERVING = {
  promotion_requested: ofRelease('An operator asked for a promotion.', {
    attempt: count('the attempt that is begun').optional(),
  }),
  promotion_order_refused: ofRelease('An operator asked for a promotion who has a part in the release.', {}),
  promotion_refused: ofRelease('The gate denied a promotion.', {
    reasons: REASONS,
    reasons_total: REASONS_TOTAL,
    attempt: count('the attempt that is due then').optional(),
    waits_until: instant('the end of the freeze that it waits for').optional(),
  }),
  deployment_started: ofRelease('The deployer was asked to serve a release.', {
    endpoint: CONFIGURED.endpoint.optional(),
    endpoint_config: CONFIGURED.endpoint_config.optional(),
    about: text('the release in production').optional(),
    from: ORDER.from.optional(),
    to: ORDER.to.optional(),
    epoch: EPOCH.optional(),
    initiated_by: ORDERED.initiated_by.optional(),
    strategy: z
      .object({
        type: z.string(),
        canary_size: z.object({ type: z.string(), value: z.int() }).optional(),
        linear_step_size: z.object({ type: z.string(), value: z.int() }).optional(),
        wait_interval_seconds: z.int(),
        termination_wait_seconds: z.int(),
        maximum_execution_timeout_seconds: z.int(),
        alarms: z.array(z.string()),
      })
      .describe('how the update brings traffic to it, as people approved it; if absent, all at once')
      .optional(),
    strategy_applies: z.boolean().describe('false for a new endpoint: there is no traffic to bring over').optional(),
    environment: text('the environment that its windows may be about').optional(),
    deployed_policy_sha256: digest('the deployed policy, whose windows count').optional(),
    freezes: z
      .array(
        z.object({ name: z.string(), zone: z.string(), from: z.string(), until: z.string(), on_freeze: z.string() }),
      )
      .describe('its windows about the release, on or off, as many as there is room for')
      .optional(),
    freezes_total: count('how many of them there are').optional(),
  }),
  deployment_failed: ofRelease('The endpoint did not come into service.', {
    strategy: text('the type of the strategy by which it was deployed').optional(),
    serves: text('the configuration that serves instead: SageMaker has rolled the update back').optional(),
  }),
  deployment_promoted: ofRelease('The release is in production.', {
    ...CONFIGURED,
    epoch: EPOCH,
    risk_tier: text('the tier'),
    superseded: text('the release that was in production until then'),
    artifact_written_at: instant('when training ended, by the word of S3').optional(),
    break_glass: count('the break-glass of the model that let it pass').optional(),
  }),
  endpoint_restored: ofRelease('The endpoint serves again what is in production.', CONFIGURED),
  restoration_settled: ofRelease(
    'There is nothing to restore: what is in production serves from another endpoint by now.',
    {
      endpoint: CONFIGURED.endpoint,
      serves: text('what it serves, or none'),
      heads_for: text('what it is on its way to, or none'),
    },
  ),
  endpoint_not_restored: ofRelease('The endpoint could not be made to serve what is in production.', {
    ...CONFIGURED,
    serves: text('what it serves'),
    heads_for: text('what it is on its way to'),
    act: text('what was ordered: switch_back or take_down').optional(),
  }),
  rollback_requested: ofRelease('Somebody, or an alarm, asked for a rollback.', {
    ...ORDER,
    waits_for: text(
      'the release to which a strategy brings traffic: SageMaker takes no other order before it ends',
    ).optional(),
    waits_until: instant('by when that ends').optional(),
    alarms: texts('the alarms of which any ends it sooner').optional(),
  }),
  rollback_refused: ofRelease('There is no way back.', {
    ...ORDER,
    to: ORDER.to.optional(),
    about: text('the release in production').optional(),
    initiated_by: ORDERED.initiated_by.optional(),
    asked_because: text('the reason of who asked').optional(),
  }),
  rollback_executed: ofRelease('The release before is in production again, or nothing is.', {
    ...ORDERED,
    about: text('the release that was in production'),
    operators_needed: count('how many operators have to release the model').optional(),
  }),
  endpoint_adopted: ofNoRelease('An endpoint belongs to a model from now on.', CONFIGURED),
  endpoint_adoption_refused: ofNoRelease('An endpoint was not adopted.', {
    ...CONFIGURED,
    faults: FAULTS,
    faults_total: count('how many faults there are'),
  }),
  endpoint_move_requested: ofRelease('An operator asked to move a model to another endpoint.', ORDERED),
  endpoint_move_refused: ofRelease('A move was refused.', {
    ...ORDERED,
    epoch: EPOCH.optional(),
    initiated_by: ORDERED.initiated_by.optional(),
    asked_because: text('the reason of who asked').optional(),
  }),
  endpoint_moved: ofRelease('A model serves from another endpoint.', {
    ...ORDERED,
    endpoint_config: CONFIGURED.endpoint_config,
  }),
  endpoint_closed: ofRelease('The endpoint that a move left was deleted.', {
    ...ENDPOINT,
    outcome: text('how the move ended'),
    serves: text('what it served'),
  }),
  endpoint_move_faulted: ofRelease('The execution of a move broke.', ORDERED),
  serving_changed: ofRelease('An endpoint serves something else: a canary, another weight, the next release.', SERVES),
  serving_deviation_found: ofRelease('An endpoint serves what nobody approved.', SERVES),
  serving_deviation_ended: ofRelease('It serves what was approved again.', DEVIATED),
  ungoverned_endpoint_found: ofNoRelease('An endpoint of no release serves a model.', SERVES),
  ungoverned_endpoint_ended: ofNoRelease('It is gone, or governed.', DEVIATED),
  endpoint_quarantined: ofRelease('An endpoint that serves what nobody approved is switched back or taken down.', {
    ...CONFIGURED,
    act: text('switch_back or take_down'),
    checks: z
      .array(z.object({ of: z.string(), are: z.string() }))
      .describe('what became of the checks of what was found'),
    serves: text('what it served'),
    heads_for: text('what it was on its way to'),
  }),
  hold_consented: ofRelease('An operator agrees that a model may be promoted again.', HOLD),
  hold_consent_refused: ofRelease('The consent of somebody does not count.', HOLD),
  hold_released: ofRelease('A model may be promoted again.', HOLD),
  training_completed: observed('SageMaker trained a model that is governed.'),
  data_pipeline_ran: observed('A job or a pipeline prepared data for it.'),
  model_card_changed: observed('Its model card in SageMaker was changed.'),
  monitoring_reported: ofRelease('A monitor has reported of the release in production.', REPORT),
  retraining_requested: ofRelease('A monitor found drift that was not there before.', REPORT),
  inference_recorded: ofRelease('What endpoints captured of the answers of a release is on record by its digest.', {
    ...ENDPOINT,
    from: instant('from when'),
    to: instant('until when'),
    sampling_percentage: count('how many of a hundred requests are captured'),
    variants_total: count('how many variants answered'),
    variants: z
      .array(
        z.object({
          variant: z.string(),
          releases: z.array(z.object({ release_id: z.string(), model_version: z.string() })),
          folder: z.string(),
          objects: z.int(),
          bytes: z.int(),
          list_sha256: z.string(),
          is_whole: z.boolean(),
        }),
      )
      .describe('where the capture of each lies, and the digest of the list of its objects'),
  }),
  break_glass_requested: ofRelease('Somebody asks that a release be let past freezes and a stopped line.', {
    ...BREAK_GLASS,
    confirm_by: instant('until when another person may confirm it'),
    open_hours: count('for how many hours it is to be open'),
  }),
  break_glass_confirmed: ofRelease('A second person opened a break-glass.', {
    ...BREAK_GLASS,
    requested_by: text('who asked for it'),
    open_until: instant('until when it is open'),
  }),
  break_glass_confirmation_refused: ofRelease('Somebody may not confirm a break-glass.', {
    ...BREAK_GLASS,
    requested_by: text('who asked for it'),
  }),
  break_glass_used: ofRelease('The gate let an attempt at a promotion pass by a break-glass.', {
    ...BREAK_GLASS,
    attempt: count('which attempt at the promotion it is'),
    opened: REASONS,
    opened_total: count('how many reasons it opened'),
    document_by: instant('until when it is to be documented'),
  }),
  break_glass_ended: ofRelease('Somebody closed a break-glass before its time.', {
    ...BREAK_GLASS,
    was_used: z.boolean().describe('whether the gate had let the release pass by it'),
  }),
  break_glass_documented: ofRelease('What was done by a break-glass, and why, is on record.', {
    ...BREAK_GLASS,
    account: text('what was done, and why'),
    used_at: instant('when the gate first let the release pass by it'),
    document_by: instant('until when it was to be documented'),
  }),
  periodic_review_recorded: ofRelease('Somebody has reviewed what is in production.', {
    former_at: instant('when it was reviewed before'),
    serves_since: instant('since when it is in production'),
  }),
} as const;
