/** What the evidence says that a model was made of, as the ledger keeps it. */
import { cut } from '../cut.ts';
import type { DataProvenance } from '../evidence/data-provenance.ts';
import type { EvaluationReport } from '../evidence/evaluation-report.ts';
import type { TrainingFacts } from '../evidence/training-provenance.ts';
import { Sha256 } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { madeReadable } from '../readable.ts';

/** What was read of the evidence; what is missing or unreadable is not there. */
export type TrainingEvidence = {
  readonly dataProvenance?: DataProvenance | undefined;
  readonly training?: TrainingFacts | undefined;
  readonly report?: EvaluationReport | undefined;
};

/** Data that a model was made from. The same bytes are one item, whatever documents name them. */
export type DataItem = { readonly name: string; readonly sha256: string; readonly uri?: string };

/** As it stands in the event of the stage. Lists end where the event has no more room, and say how many there were. */
export type TrainedFrom = {
  readonly data: readonly DataItem[];
  readonly data_total: number;
  readonly hyperparameters: readonly { readonly name: string; readonly value: string }[];
  readonly hyperparameters_total: number;
  readonly repository?: string;
  readonly builder?: string;
  readonly run?: string;
};

const DATA_MAX_BYTES = 2500;
const HYPERPARAMETERS_MAX_BYTES = 1500;
const NAME_MAX = 100;
const ADDRESS_MAX = 300;

/**
 * Code, data, hyperparameters and the run that a model came from, by what its evidence says; undefined if that says nothing. The
 * ledger is kept for ever, so what could be a secret or the address of a person is left out by its name or form.
 */
export const trainedFrom = ({ dataProvenance, training, report }: TrainingEvidence): TrainedFrom | undefined => {
  const data = dataIn(dataProvenance, training);
  const hyperparameters = hyperparametersIn(training, report);
  const origin = {
    ...told('repository', training?.repository),
    ...told('builder', training?.builder),
    ...told('run', training?.run),
  };
  if (data.length === 0 && hyperparameters.length === 0 && Object.keys(origin).length === 0) return undefined;
  return {
    data: fitIntoEvent(data, '', DATA_MAX_BYTES),
    data_total: data.length,
    hyperparameters: fitIntoEvent(hyperparameters, '', HYPERPARAMETERS_MAX_BYTES),
    hyperparameters_total: hyperparameters.length,
    ...origin,
  };
};

const dataIn = (provenance: DataProvenance | undefined, training: TrainingFacts | undefined): DataItem[] => {
  const named = [...(provenance?.datasets ?? []), ...(training?.materials ?? [])];
  const items = new Map<string, DataItem>();
  for (const { name = '', uri, sha256 } of named) {
    // A commit or an object without a digest is no data that anybody could find again.
    if (!Sha256.safeParse(sha256).success || items.has(`${sha256}`)) continue;
    items.set(`${sha256}`, { name: short(name, NAME_MAX), sha256: `${sha256}`, ...told('uri', uri) });
  }
  return [...items.values()];
};

/** A statement about the training counts more than the report of an evaluation. */
const hyperparametersIn = (training: TrainingFacts | undefined, report: EvaluationReport | undefined) => {
  const stated = Object.entries(training?.parameters ?? {});
  const found = stated.length > 0 ? stated : Object.entries(report?.training?.hyperparameters ?? {});
  return found
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name: short(name, NAME_MAX), value: saidOf(name, value) }));
};

const SECRET = /(^|[^a-z])(password|passwd|secret|credentials?|(api|access|auth)[-_ ]?(key|token))([^a-z]|$)/i;
const MAIL = /[^\s@]@[^\s@]+\.[^\s@]/;
const LEFT_OUT = 'left out';

const saidOf = (name: string, value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return SECRET.test(name) || MAIL.test(text) ? LEFT_OUT : short(text, NAME_MAX);
};

const told = <Name extends string>(name: Name, address: string | undefined) =>
  address === undefined ? {} : ({ [name]: short(withoutUser(address), ADDRESS_MAX) } as { [Key in Name]: string }); // The one member that it has.

/** An address can have a name and a password before its host. */
const withoutUser = (address: string): string => address.replace(/\/\/[^/@\s]*@/, '//');

const short = (untrusted: string, most: number): string => {
  const text = madeReadable(untrusted.toWellFormed().replaceAll(/\p{C}/gu, '?'));
  return text.length > most ? `${cut(text, most - 2)}…` : text;
};
