/** Lets days pass for the deployment: what is due on another day cannot be waited for, and what is signed cannot be moved. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DAY_MS } from '../lib/domain/instant.ts';
import { setEnvironment } from './functions.ts';

/** All but the one that writes the log: its own signs of life would be ahead of their time when the clock goes back. */
const LIVING = /^(?!.*ExtendLog)/;

const clockAhead = (milliseconds: number): string => {
  const shifted = `globalThis.Date=class extends Date{constructor(...at){super(...(at.length===0?[Date.now()]:at))}static now(){return super.now()+${milliseconds}}}`;
  return `--import=data:text/javascript,${encodeURIComponent(shifted)}`;
};

/** Runs while every function of the deployment, or with such a name, is so many days ahead; afterwards their clocks are right again. */
export const daysLater = async <T>(
  lambda: LambdaClient,
  days: number,
  run: () => Promise<T>,
  named = LIVING,
): Promise<T> => {
  const former = await setEnvironment(lambda, named, { NODE_OPTIONS: clockAhead(days * DAY_MS) });
  try {
    return await run();
  } finally {
    await setEnvironment(lambda, named, former);
  }
};
