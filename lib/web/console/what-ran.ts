/** What made a model, and what judged it: the training that its evidence tells of, and each stage with its time and its code. */
import { html } from 'hono/html';
import * as z from 'zod';
import type { AuditEvent } from '../../domain/ledger/event.ts';
import type { Release } from '../../domain/release/release.ts';
import { type Html, time } from '../parts/layout.ts';
import { lastingInWords, stageInWords } from '../parts/wording.ts';

type View = { readonly release: Release; readonly events: readonly AuditEvent[] };

/** As far as this page reads it. Former versions noted less, and later ones may note more. */
const Stage = z.object({
  stage: z.string(),
  checks: z.array(z.object({ status: z.string() })).default([]),
  checks_total: z.number().default(0),
  code_sha256: z.array(z.string()).default([]),
  trained_from: z
    .object({
      data: z.array(z.object({ name: z.string(), sha256: z.string() })).default([]),
      hyperparameters: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      hyperparameters_total: z.number().default(0),
      repository: z.string().optional(),
      builder: z.string().optional(),
      run: z.string().optional(),
    })
    .optional(),
});
type Stage = z.infer<typeof Stage>;
type Ran = Stage & Pick<AuditEvent, 'timestamp'>;

export const whatRan = ({ release, events }: View): Html => {
  const stages = stagesIn(events);
  return html`<section aria-labelledby="ran"><h2 id="ran">What ran</h2>
${whatMadeIt(release, trainedFrom(events))}
<h3>What judged it</h3>${stages.length === 0 ? html`<p>No stage has been evaluated yet.</p>` : stageTable(stages, begun(events))}</section>`;
};

const stagesIn = (events: readonly AuditEvent[]): Ran[] =>
  events.flatMap(({ event_type: type, timestamp, details }): Ran[] => {
    const read = type === 'stage_evaluated' ? Stage.safeParse(details) : undefined;
    return read?.success === true ? [{ ...read.data, timestamp }] : [];
  });

type TrainedFrom = Stage['trained_from'];

/** What the evidence of a release says of its training, by its events; undefined if it says nothing. */
export const trainedFrom = (events: readonly AuditEvent[]): TrainedFrom =>
  stagesIn(events).find(({ trained_from: from }) => from !== undefined)?.trained_from;

/** The machine begins when its evidence is pinned. */
const begun = (events: readonly AuditEvent[]): AuditEvent['timestamp'] | undefined =>
  events.find(({ event_type: type }) => type === 'evidence_pinned')?.timestamp ?? events[0]?.timestamp;

/** Its code, its data and its hyperparameters, and where its whole lineage is. */
export const whatMadeIt = ({ releaseId, manifest }: Release, from: TrainedFrom): Html => html`<h3>What made it</h3>
<dl class="facts"><div class="wide"><dt>Commit</dt><dd><code>${manifest.git_commit}</code></dd></div>
${fact('Repository', from?.repository)}${fact('Training job', from?.run)}${fact('Builder', from?.builder)}
<div class="wide"><dt>Data</dt><dd><code>${manifest.training_dataset_ref}</code>${(from?.data ?? []).map(({ name, sha256 }) => html`<br><bdi>${name}</bdi> <code>${sha256.slice(0, 12)}</code>`)}</dd></div>
${from === undefined || from.hyperparameters.length === 0 ? '' : html`<div class="wide"><dt>Hyperparameters, ${from.hyperparameters_total}</dt><dd>${from.hyperparameters.map(({ name, value }, index) => html`${index === 0 ? '' : ', '}<bdi>${name}</bdi> <code>${value}</code>`)}</dd></div>`}</dl>
<p><a href="/console/questions/lineage?release=${releaseId}">Its whole lineage, each line with the entry that proves it</a></p>`;

const fact = (name: string, value: string | undefined): Html | string =>
  value === undefined ? '' : html`<div><dt>${name}</dt><dd><bdi><code>${value}</code></bdi></dd></div>`;

const stageTable = (stages: readonly Ran[], from: AuditEvent['timestamp'] | undefined): Html =>
  html`<table class="stack"><thead><tr><th scope="col">Stage</th><th scope="col">Checks</th><th scope="col">Signed for</th><th scope="col">By the code</th></tr></thead><tbody>${stages.map(
    ({ stage, checks, checks_total: total, timestamp, code_sha256: codes }) =>
      html`<tr><th scope="row">${stageInWords(stage)}</th><td data-label="Checks">${checks.filter(({ status }) => status === 'passed').length} of ${total} passed</td><td data-label="Signed for">${time(timestamp)}${from === undefined ? '' : html` <span class="note">after ${lastingInWords(from, timestamp)}</span>`}</td><td data-label="By the code">${codes.map((code) => html`<code>${code.slice(0, 12)}</code> `)}</td></tr>`,
  )}</tbody></table>`;
