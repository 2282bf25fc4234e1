import { Refusal, type RefusalCode } from '../../lib/domain/refusal.ts';

/** The refusal that the call ends in; anything else is a failure of the test. */
export const refusalOf = async (run: () => unknown): Promise<Refusal> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

export const refusalCodeOf = async (run: () => unknown): Promise<RefusalCode> => (await refusalOf(run)).code;
