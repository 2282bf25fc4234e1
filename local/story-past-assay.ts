/** The parts of the story in which something goes wrong past Assay, and is found. */
import * as z from 'zod';
import type { PastAssay } from './past-assay.ts';
import { until } from './ports.ts';

type Place = {
  readonly assay: (words: readonly string[]) => Promise<string>;
  readonly modelName: string;
  readonly waitMs: number;
};

const Served = z.object({
  intervals: z.array(
    z.object({
      endpoint_config: z.string(),
      release_id: z.string(),
      from: z.iso.datetime(),
      to: z.string().optional(),
    }),
  ),
  deviations: z.array(z.unknown()),
});

/** What those on call are told at once, before its alarm. */
const FINDING = 'Model Missing Governance Record';

/** Answers what people were told, and for how long it served. */
export const foundAndSwitchedBack = async (place: Place, past: PastAssay): Promise<string> => {
  const { assay, modelName, waitMs } = place;
  const pages = await past.listenToPages();
  const configuration = await past.changeEndpoint(modelName);
  const isTold = async () => [...(await pages())].some((page) => page.includes(FINDING) && page.includes(modelName));
  if (!(await until(isTold, waitMs))) throw new Error(`nobody was told: ${[...(await pages())].join('; ')}`);
  let served: z.infer<typeof Served> | undefined;
  const isBack = await until(async () => {
    served = Served.parse(JSON.parse(await assay(['endpoints', 'served', modelName, '--json'])));
    const last = served.intervals.at(-1);
    return served.deviations.length === 0 && last?.release_id === `${modelName}-1.1.0` && last.to === undefined;
  }, waitMs);
  const found = served?.intervals.find((one) => one.endpoint_config === configuration);
  if (!isBack || found?.to === undefined) throw new Error(`it was not switched back: ${JSON.stringify(served)}`);
  const seconds = Math.round((Date.parse(found.to) - Date.parse(found.from)) / 1000);
  return `those on call were told of it; it served for ${seconds} s, and 1.1.0 serves again`;
};

/** Answers what the canaries and the gate say while the code is exchanged. */
export const provenUntrusted = async ({ assay, modelName }: Place, past: PastAssay): Promise<string> => {
  await past.runCanaries();
  await expectAnswer(true, assay, ['canaries']);
  const restore = await past.exchangeChecks();
  const [failing, gate] = await (async () => {
    try {
      await past.runCanaries();
      return [
        await expectAnswer(false, assay, ['canaries']),
        await expectAnswer(false, assay, ['gate', modelName, '1.2.0']),
      ];
    } finally {
      await restore();
    }
  })();
  if (!gate.includes('\ncanary\n')) throw new Error(`assay gate printed ${gate}`);
  await past.runCanaries();
  await expectAnswer(true, assay, ['canaries']);
  return `${failing.split(',')[0]}, and the gate says so; put back, they hold again`;
};

const Ended = z.looseObject({ code: z.unknown(), stdout: z.string(), stderr: z.string() });

/** What a command prints that answers yes (0) or no (1). */
const answerOf = async (
  assay: Place['assay'],
  words: readonly string[],
): Promise<{ isYes: boolean; printed: string }> => {
  try {
    return { isYes: true, printed: await assay(words) };
  } catch (error) {
    const { code, stdout, stderr } = Ended.parse(error);
    if (code !== 1) throw new Error(`assay ${words.join(' ')} ended with ${code}: ${stderr}`);
    return { isYes: false, printed: stdout.trim() };
  }
};

const expectAnswer = async (isYes: boolean, assay: Place['assay'], words: readonly string[]): Promise<string> => {
  const answer = await answerOf(assay, words);
  if (answer.isYes !== isYes)
    throw new Error(`assay ${words.join(' ')} says ${isYes ? 'no' : 'yes'}: ${answer.printed}`);
  return answer.printed;
};

/** Days until the approval of the example may be renewed, and is not over. */
const NEARLY_OVER = 80;

/** Answers why the approval was not renewed at first, and until when it lasts. */
export const renewedUnchanged = async ({ assay, modelName }: Place, past: PastAssay): Promise<string> => {
  const restore = await past.overwriteCard('1.1.0');
  return past.daysLater(NEARLY_OVER, async () => {
    // What a renewal rests on has to be proved anew by then.
    await past.runCanaries();
    const changed = await expectAnswer(false, assay, ['renew', modelName]);
    if (!changed.includes('model_card')) throw new Error(`assay renew printed ${changed}`);
    await restore();
    const renewed = await expectAnswer(true, assay, ['renew', modelName]);
    return `refused while the model card was another one; ${renewed.split('\n')[0]}`;
  });
};
