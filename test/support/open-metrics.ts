/** A strict reader of OpenMetrics text 1.0, as far as we write it. Whatever it does not know is an error. */
import type { Sample } from '../../lib/domain/metrics/series.ts';

export type Family = { readonly name: string; readonly type: string; readonly samples: Sample[] };

/** What the samples of a type end in, besides the name of their family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [''],
  unknown: [''],
  counter: ['_total'],
  histogram: ['_bucket', '_count', '_sum'],
};

const HEAD = /^# HELP ([a-zA-Z_:][\w:]*) ((?:[^\\\n]|\\[\\n"])*)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (\w+)$/;
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.+)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/gy;

export const parseOpenMetrics = (text: string): Family[] => {
  if (!text.endsWith('\n# EOF\n')) throw new Error('does not end in # EOF');
  const families: Family[] = [];
  let help: string | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length - 1).split('\n')) {
    const [, helped] = HEAD.exec(line) ?? [];
    const [, name, type = ''] = TYPE.exec(line) ?? [];
    if (helped !== undefined) help = helped;
    else if (name === undefined) addSample(families.at(-1), line);
    else addFamily(families, { name, type, samples: [] }, help);
  }
  return families;
};

const addFamily = (families: Family[], family: Family, help: string | undefined): void => {
  if (family.name !== help) throw new Error(`${family.name} has no help`);
  if (families.some(({ name }) => name === family.name)) throw new Error(`${family.name} comes twice`);
  if (SUFFIXES[family.type] === undefined) throw new Error(`${family.type} is no type`);
  families.push(family);
};

const addSample = (family: Family | undefined, line: string): void => {
  const [, name = '', written = '', value = ''] = SAMPLE.exec(line) ?? [];
  const suffixes = SUFFIXES[family?.type ?? ''] ?? [];
  if (family === undefined || !suffixes.some((suffix) => name === family.name + suffix)) {
    throw new Error(`no sample of ${family?.name}: ${line}`);
  }
  if (!NUMBER.test(value)) throw new Error(`no number: ${line}`);
  const labels = parseLabels(written);
  const key = JSON.stringify([name, Object.entries(labels).sort()]);
  const isThere = family.samples.some((one) => JSON.stringify([one.name, Object.entries(one.labels).sort()]) === key);
  if (isThere) throw new Error(`comes twice: ${line}`);
  family.samples.push({ name, labels, value: Number(value.replace('Inf', 'Infinity')) });
};

const parseLabels = (text: string): Record<string, string> => {
  const labels = [...text.matchAll(LABEL)];
  if (labels.map(([whole]) => whole).join('') !== text) throw new Error(`no labels: ${text}`);
  return Object.fromEntries(
    labels.map(([, key = '', value = '']) => [
      key,
      value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)),
    ]),
  );
};
