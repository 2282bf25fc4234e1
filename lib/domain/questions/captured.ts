/** Finds one inference in what an endpoint captured of its requests, to learn which variant answered it and when (TR-6). */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../instant.ts';

/** What an endpoint captured: `ENDPOINT/VARIANT/YYYY/MM/DD/HH/FILE.jsonl`, below wherever it was told to put it. */
export interface CapturedData {
  /** The names of the folders directly in a folder. */
  folders(path: string): Promise<string[]>;
  /** The paths of the files directly in a folder. */
  files(path: string): Promise<string[]>;
  lines(path: string): AsyncIterable<string>;
}

/** Who answered, and in which period that was: one instant if it is on record, otherwise the hour of the file. */
export type FoundInference = {
  readonly variant: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly file: string;
};

const Captured = z.object({
  eventMetadata: z.object({ inferenceId: z.string(), inferenceTime: z.string().optional().catch(undefined) }),
});

type Wanted = { readonly endpoint: string; readonly inferenceId: string; readonly from: Instant; readonly to: Instant };

/** The hours that a period touches, as instants at which they begin. */
const hoursOf = ({ from, to }: Wanted): Instant[] => {
  const hours: Instant[] = [];
  const first = Instant.parse(`${from.slice(0, 13)}:00:00.000Z`);
  for (let hour = first; hour <= to; hour = plusMilliseconds(hour, HOUR_MS)) hours.push(hour);
  return hours;
};

const folderOf = (endpoint: string, variant: string, hour: Instant): string =>
  `${endpoint}/${variant}/${hour.slice(0, 10).replaceAll('-', '/')}/${hour.slice(11, 13)}`;

/** Every answer that was captured under this inference id in the hours of the period: callers choose ids, so there can be several. */
export const findInference = async (data: CapturedData, wanted: Wanted): Promise<FoundInference[]> => {
  const found: FoundInference[] = [];
  for (const variant of await data.folders(wanted.endpoint)) {
    for (const hour of hoursOf(wanted)) {
      for (const file of await data.files(folderOf(wanted.endpoint, variant, hour))) {
        for await (const line of data.lines(file)) {
          const times = timesOf(line, wanted.inferenceId, hour);
          if (times !== undefined) found.push({ variant, file, ...times });
        }
      }
    }
  }
  return found;
};

const timesOf = (line: string, inferenceId: string, hour: Instant): Pick<FoundInference, 'from' | 'to'> | undefined => {
  // The captured bodies are large and personal: only a line that has the id in it is parsed.
  if (!line.includes(inferenceId)) return undefined;
  const metadata = metadataOf(line);
  if (metadata?.inferenceId !== inferenceId) return undefined;
  const at = instantIn(metadata.inferenceTime);
  return at === undefined ? { from: hour, to: plusMilliseconds(hour, HOUR_MS - 1) } : { from: at, to: at };
};

/** The instant that a record has, to the second or finer. */
const instantIn = (time = ''): Instant | undefined => {
  const [seconds, fraction = ''] = time.replace(/Z$/, '').split('.');
  return Instant.safeParse(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`).data;
};

const metadataOf = (line: string) => {
  try {
    return Captured.safeParse(JSON.parse(line)).data?.eventMetadata;
  } catch {
    return undefined;
  }
};
