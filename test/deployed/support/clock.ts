import * as clock from '../../../local/clock.ts';
import { lambda } from './world.ts';

export const daysLater = <T>(days: number, run: () => Promise<T>, named?: RegExp): Promise<T> =>
  clock.daysLater(lambda, days, run, named);
