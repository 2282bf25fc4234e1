import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../lib/domain/instant.ts';
import { clockAhead, daysLater } from '../../local/clock.ts';
import { mockClientInTest } from '../support/mock-client.ts';

type Environment = { readonly Variables: { readonly NODE_OPTIONS?: string } };
const optionsIn = ({ Variables }: Environment): string => decodeURIComponent(Variables.NODE_OPTIONS ?? '');
const folderIn = (environment: Environment): string =>
  /existsSync\("([^"]+)"\)/.exec(optionsIn(environment))?.[1] ?? '';

it('a process is days ahead for as long as the days shall have passed, and no longer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-clock-'));
  const read = '[Date.now(), new Date().getTime(), new Date(5).getTime()]';
  const script = `const before = ${read}; require('node:fs').rmdirSync(${JSON.stringify(folder)}); console.log(JSON.stringify([before, ${read}]))`;

  const start = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, [clockAhead(2 * DAY_MS, folder), '-e', script]);

  const daysFrom = (at: number): number => Math.floor((at - start) / DAY_MS);
  const [[now, fresh, given] = [], [laterNow, laterFresh, laterGiven] = []] = JSON.parse(stdout) as number[][];
  expect([now, fresh, laterNow, laterFresh].map((at = 0) => daysFrom(at))).toEqual([2, 2, 0, 0]);
  expect([given, laterGiven]).toEqual([5, 5]);
});

it('the days are over before a function gets its former environment back, and also if what was to run then failed', async () => {
  const lambda = mockClientInTest(LambdaClient);
  lambda.on(ListFunctionsCommand).resolves({ Functions: [{ FunctionName: 'SweepEndpoints' }] });
  lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: {} } });
  const changes: { readonly options: string; readonly isAhead: boolean }[] = [];
  let folder = '';
  lambda.on(UpdateFunctionConfigurationCommand).callsFake(({ Environment }) => {
    const options = optionsIn(Environment);
    folder ||= folderIn(Environment);
    changes.push({ options, isAhead: existsSync(folder) });
  });

  const failing = () => Promise.reject(new Error('no'));
  await expect(daysLater(new LambdaClient({}), 2, failing, /Sweep/)).rejects.toThrow('no');

  expect(changes).toEqual([
    { options: expect.stringContaining('globalThis.Date='), isAhead: true },
    { options: '', isAhead: false },
  ]);
});

it('no process is ahead if the environment of some functions could not be set', async () => {
  const lambda = mockClientInTest(LambdaClient);
  lambda.on(ListFunctionsCommand).resolves({ Functions: [{ FunctionName: 'SweepEndpoints' }] });
  lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: {} } });
  let folder = '';
  lambda.on(UpdateFunctionConfigurationCommand).callsFake(({ Environment }) => {
    folder = folderIn(Environment);
    throw new Error('too many requests');
  });

  await expect(daysLater(new LambdaClient({}), 2, async () => {}, /Sweep/)).rejects.toThrow('too many requests');

  expect(folder).not.toBe('');
  expect(existsSync(folder)).toBe(false);
});
