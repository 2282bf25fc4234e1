/** Lets days pass for the deployment: what is due on another day cannot be waited for, and what is signed cannot be moved. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DAY_MS } from '../lib/domain/instant.ts';
import { setEnvironment, type Variables } from './functions.ts';

/** All but the one that writes the log: its own signs of life would be ahead of their time when the clock goes back. */
const LIVING = /^(?!.*ExtendLog)/;

/**
 * The option that puts the clock of a Node process ahead while this folder exists. The emulator repeats a failed call in the environment
 * that the function had before, and keeps that process for later calls: its clock must be right again by then.
 */
export const clockAhead = (milliseconds: number, folder: string): string => {
  const ahead = `existsSync(${JSON.stringify(folder)})?${milliseconds}:0`;
  const shifted = `import{existsSync}from'node:fs';globalThis.Date=class extends Date{constructor(...at){super(...(at.length===0?[Date.now()]:at))}static now(){return super.now()+(${ahead})}}`;
  return `--import=data:text/javascript,${encodeURIComponent(shifted)}`;
};

/** Runs while every function of the deployment, or with such a name, is so many days ahead; afterwards their clocks are right again. */
export const daysLater = async <T>(
  lambda: LambdaClient,
  days: number,
  run: () => Promise<T>,
  named = LIVING,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-clock-'));
  // The folder goes first, so that no process that outlives the change is ahead.
  let former: Variables<'NODE_OPTIONS'> | undefined;
  try {
    former = await setEnvironment(lambda, named, { NODE_OPTIONS: clockAhead(days * DAY_MS, folder) });
    return await run();
  } finally {
    await rm(folder, { recursive: true });
    if (former !== undefined) await setEnvironment(lambda, named, former);
  }
};
