import { describe, expect, it } from 'vitest';
import { AskedStrategy, plannedStrategy } from '../../../lib/domain/release/asked-strategy.ts';
import { Deployment } from '../../../lib/domain/release/deployment.ts';
import { DeploymentStrategy, isGradual, strategyMs } from '../../../lib/domain/release/deployment-strategy.ts';
import { claimViolations, parseManifest } from '../../../lib/domain/release/manifest.ts';
import { strategyInWords } from '../../../lib/domain/release/strategy-in-words.ts';
import { IN_OUR_WORDS } from '../../../lib/domain/wording.ts';
import { aStrategy, CANARY, gradually } from '../../support/a-strategy.ts';
import { aServing } from '../../support/approval-case.ts';
import { approved } from '../../support/release-life.ts';

const LINEAR = {
  type: 'LINEAR',
  linear_step_size: { type: 'CAPACITY_PERCENT', value: 30 },
  wait_interval_seconds: 600,
  alarms: ['mortgage-5xx'],
};
const fleet = {
  image_uri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/xgboost:1.7',
  instance_type: 'ml.m5.large',
  instance_count: 4,
  endpoint_name: 'mortgage',
};
const faultsOf = (strategy: object, changes: object = {}): [string, string][] =>
  (Deployment.safeParse({ ...fleet, ...changes, strategy }, IN_OUR_WORDS).error?.issues ?? []).map((it) => [
    it.path.join('.'),
    it.message,
  ]);
const count = (value: number) => ({ type: 'INSTANCE_COUNT', value });
const percent = (value: number) => ({ type: 'CAPACITY_PERCENT', value });

describe('the strategy that a manifest asks for (GT-5)', () => {
  it.each([
    ['none', { type: 'ALL_AT_ONCE' }, {}],
    ['all at once, watched', { type: 'ALL_AT_ONCE', termination_wait_seconds: 3600, alarms: ['a'] }, {}],
    ['watched for the shortest alarm', { type: 'ALL_AT_ONCE', termination_wait_seconds: 10, alarms: ['a'] }, {}],
    ['all at once, at no time watched', { type: 'ALL_AT_ONCE', termination_wait_seconds: 0 }, {}],
    ['a canary of half', { ...CANARY, canary_size: percent(50) }, {}],
    ['a canary of one of two', { ...CANARY, canary_size: count(1) }, { instance_count: 2 }],
    ['a canary that nothing watches', { ...CANARY, alarms: undefined }, {}],
    ['steps of a tenth', { ...LINEAR, linear_step_size: percent(10) }, {}],
    ['steps of half', { ...LINEAR, linear_step_size: count(2) }, {}],
    ['eight hours', { ...CANARY, maximum_execution_timeout_seconds: 28_800, termination_wait_seconds: 3600 }, {}],
  ])('may be %s', (_, strategy, changes) => {
    expect(faultsOf(strategy, changes)).toEqual([]);
  });

  it.each([
    ['type', { ...CANARY, type: 'ROLLING' }, {}, 'must be one of ALL_AT_ONCE, CANARY, LINEAR'],
    ['canary_size', { ...CANARY, canary_size: undefined }, {}, 'is missing'],
    // Before people are asked, and not at the order, where no alarm could be found that goes off in time.
    ['termination_wait_seconds', { type: 'ALL_AT_ONCE', alarms: ['a'] }, {}, 'watched for 0 seconds'],
    ['termination_wait_seconds', { ...CANARY, wait_interval_seconds: 4 }, {}, 'none goes off in less than 10'],
    ['canary_size.type', { ...CANARY, canary_size: { type: 'PERCENT', value: 5 } }, {}, 'must be one of'],
    ['canary_size.value', { ...CANARY, canary_size: percent(0) }, {}, 'must be at least 1'],
    ['canary_size.value', { ...CANARY, canary_size: percent(51) }, {}, 'must be at most 50 % of instance_count'],
    ['canary_size.value', { ...CANARY, canary_size: count(3) }, {}, 'must be at most 50 % of instance_count'],
    ['linear_step_size.value', { ...LINEAR, linear_step_size: percent(9) }, {}, 'must be 10 to 50 % of instance_count'],
    ['linear_step_size.value', { ...LINEAR, linear_step_size: percent(51) }, {}, 'must be 10 to 50 %'],
    [
      'linear_step_size.value',
      { ...LINEAR, linear_step_size: count(1) },
      { instance_count: 11 },
      'must be 10 to 50 % of instance_count',
    ],
    ['wait_interval_seconds', { ...CANARY, wait_interval_seconds: 3601 }, {}, 'must be at most 3600'],
    ['termination_wait_seconds', { ...CANARY, termination_wait_seconds: -1 }, {}, 'must be at least 0'],
    [
      'maximum_execution_timeout_seconds',
      { ...CANARY, wait_interval_seconds: 10, maximum_execution_timeout_seconds: 599 },
      {},
      'at least 600',
    ],
    ['maximum_execution_timeout_seconds', { ...CANARY, maximum_execution_timeout_seconds: 28_801 }, {}, '28800'],
    [
      'maximum_execution_timeout_seconds',
      { ...CANARY, maximum_execution_timeout_seconds: 3600 },
      {},
      'must be more than the 3600 seconds that all waits take',
    ],
    [
      'wait_interval_seconds',
      { ...LINEAR, linear_step_size: percent(10), wait_interval_seconds: 2880 },
      {},
      'is too long: all waits take 28800 seconds, and must be below 28800',
    ],
    ['alarms', { ...CANARY, alarms: [] }, {}, 'is empty'],
    ['alarms', { ...CANARY, alarms: ['a', 'a'] }, {}, 'must not name one twice'],
    ['alarms', { ...CANARY, alarms: Array.from({ length: 11 }, (_, n) => `a${n}`) }, {}, 'at most 10 entries'],
    ['alarms.0', { ...CANARY, alarms: [' '] }, {}, 'has nothing that can be seen'],
    ['alarms.0', { ...CANARY, alarms: ['a'.repeat(256)] }, {}, 'must have at most 255 characters'],
    ['alarms.0', { ...CANARY, alarms: ['fünf'] }, {}, 'must be ASCII'],
    ['type', CANARY, { instance_type: 'ml.inf1.xlarge' }, 'SageMaker would switch all at once'],
  ])('is refused by its field: %s of %j', (field, strategy, changes, problem) => {
    expect(faultsOf(strategy, changes)).toEqual([[`strategy.${field}`, expect.stringContaining(problem)]]);
  });

  it('is refused for one instance, of which half is none', () => {
    for (const strategy of [CANARY, LINEAR])
      expect(faultsOf(strategy, { instance_count: 1 })).toEqual([
        ['instance_count', `must be at least 2 for ${strategy.type}: it begins with half of them at most`],
      ]);
    expect(faultsOf({ type: 'ALL_AT_ONCE' }, { instance_count: 1 })).toEqual([]);
  });

  it('is refused with what it does not have', () => {
    expect(faultsOf({ type: 'ALL_AT_ONCE', canary_size: percent(5) })).toEqual([
      ['strategy', expect.stringContaining('canary_size')],
    ]);
  });

  it('says what is wrong, and not that a field is missing which may be left out', () => {
    const { deployment } = approved.manifest;
    const claim = {
      ...approved.manifest,
      deployment: { ...deployment, strategy: { type: 'ALL_AT_ONCE', alarms: ['a'] } },
    };

    expect(claimViolations(claim)).toEqual([
      {
        field: 'deployment.strategy.termination_wait_seconds',
        problem: expect.stringMatching(/^must be longer where there are alarms/),
      },
    ]);
  });

  it('is a part of the content of the manifest', () => {
    const manifest = parseManifest({
      ...approved.manifest,
      deployment: { ...approved.manifest.deployment, instance_count: 2, strategy: CANARY },
    });

    expect(manifest.deployment.strategy).toEqual(CANARY);
  });
});

describe('the strategy that people approve (GT-5)', () => {
  const planned = (asked: object, instances = 4) => plannedStrategy(AskedStrategy.parse(asked), instances);

  it('has every default written out', () => {
    expect(planned({ type: 'ALL_AT_ONCE' })).toEqual({
      type: 'ALL_AT_ONCE',
      wait_interval_seconds: 0,
      termination_wait_seconds: 0,
      maximum_execution_timeout_seconds: 7200,
      alarms: [],
    });
    expect(planned(CANARY)).toEqual({
      ...CANARY,
      termination_wait_seconds: 0,
      maximum_execution_timeout_seconds: 10_800,
    });
  });

  it.each([
    ['two hours for the fleet, and each wait', { ...LINEAR, termination_wait_seconds: 300 }, 4 * 600 + 300 + 7200],
    ['of steps by instances as well', { ...LINEAR, linear_step_size: count(2) }, 2 * 600 + 7200],
    ['eight hours at most', { ...LINEAR, wait_interval_seconds: 3600, linear_step_size: percent(15) }, 28_800],
    ['what the manifest says', { ...CANARY, maximum_execution_timeout_seconds: 5000 }, 5000],
  ])('ends after %s', (_, asked, seconds) => {
    expect(planned(asked).maximum_execution_timeout_seconds).toBe(seconds);
  });

  it('makes a deployment last longer by what it may take', () => {
    expect(strategyMs({})).toBe(0);
    expect(strategyMs({ serving: aServing() })).toBe(0);
    expect(strategyMs(gradually(approved))).toBe(10_800_000);
  });

  it.each([
    [CANARY, true],
    [LINEAR, true],
    [{ ...CANARY, wait_interval_seconds: 0, termination_wait_seconds: 300 }, true],
    [{ ...LINEAR, wait_interval_seconds: 75, linear_step_size: percent(25) }, true],
    [{ ...LINEAR, wait_interval_seconds: 75, linear_step_size: count(1) }, true],
    [{ ...CANARY, alarms: [] }, false],
    [{ ...LINEAR, alarms: [] }, false],
    [{ ...CANARY, wait_interval_seconds: 0 }, false],
    [{ ...LINEAR, wait_interval_seconds: 74, linear_step_size: percent(25) }, false],
    [{ ...LINEAR, wait_interval_seconds: 75, linear_step_size: count(2) }, false],
    [{ ...CANARY, type: 'ALL_AT_ONCE' }, false],
  ])('of %j is gradual, and watched for long enough: %s', (strategy, expected) => {
    expect(isGradual(aStrategy(strategy as object), 4)).toBe(expected);
  });

  it('keeps what only another version knows', () => {
    expect(DeploymentStrategy.parse({ ...aStrategy(), bake: 'slow' })).toHaveProperty('bake', 'slow');
  });

  it.each([
    [
      CANARY,
      'CANARY by 10 % of the capacity; watched for 3600 s after each step, and for 0 s after the last; given up after 10800 s; taken back by alarm mortgage-5xx or mortgage-latency',
    ],
    [
      { type: 'LINEAR', linear_step_size: count(2), wait_interval_seconds: 600 },
      'LINEAR by 2 instances; watched for 600 s after each step, and for 0 s after the last; given up after 8400 s; no alarm takes it back',
    ],
    [
      { type: 'ALL_AT_ONCE', termination_wait_seconds: 60, alarms: ['a'] },
      'ALL_AT_ONCE; watched for 60 s; given up after 7260 s; taken back by alarm a',
    ],
  ])('is said in words: %j', (asked, words) => {
    expect(strategyInWords(planned(asked))).toBe(words);
  });
});
