/** Pages that put several questions together: about a model at an instant, a release, or one decision of a model. */
import type { Instant } from '../identifiers.ts';
import type { Answer, Given, Row } from './question.ts';

/** Asks one question, wherever it is answered. */
export type Ask = (question: string, given: Given) => Promise<Answer>;

/** One part of a page: what was asked, of what, and the answer. `says` is there where an answer needs a word beside it. */
export type Section = {
  readonly title: string;
  readonly question: string;
  readonly given: Given;
  readonly answer: Answer;
  readonly says?: string;
};

type Asked = Omit<Section, 'answer'> & { readonly keeps?: (row: Row) => boolean };

/** Asks for a part of a page, and keeps the rows that belong to it. */
const section = async (ask: Ask, { keeps, ...asked }: Asked): Promise<Section> => {
  const answer = await ask(asked.question, asked.given);
  return { ...asked, answer: keeps === undefined ? answer : { ...answer, rows: answer.rows.filter(keeps) } };
};

const isDecision = ({ event_type }: Row): boolean =>
  ['approval_granted', 'approval_denied', 'changes_requested'].includes(String(event_type));

const releaseIn = (row: Row | undefined): string => String(row?.['release_id'] ?? '');

/** The six questions about a model at an instant: what was live, who approved, on what evidence, what had changed, how, and the way back. */
export const accountOfModel = async (ask: Ask, model: string, at: Instant): Promise<Section[]> => {
  const live = await section(ask, {
    title: 'Which version was live at that time?',
    question: 'live',
    given: { model, to: at },
  });
  const now = live.answer.rows.at(-1);
  const release = releaseIn(now);
  const former = releaseIn(live.answer.rows.findLast((row) => !['', release].includes(releaseIn(row))));
  const wayBack = () => section(ask, { title: 'Could it be rolled back?', question: 'way-back', given: { model, at } });
  const first = { ...live, answer: { ...live.answer, rows: live.answer.rows.slice(-1) } };
  if (release === '') return [{ ...first, says: `nothing of ${model} was in production at ${at}` }, await wayBack()];
  const firstLive = live.answer.rows.find((row) => releaseIn(row) === release);
  const isBefore = ({ occurred_at }: Row): boolean => String(occurred_at) < String(firstLive?.['live_from']);
  const given = { release };
  return [
    first,
    await section(ask, { title: 'Who approved it?', question: 'why', given, keeps: isDecision }),
    await section(ask, {
      title: 'What evidence existed before it was released?',
      question: 'parts',
      given,
      keeps: isBefore,
    }),
    await section(ask, { title: 'Which tests had been completed before?', question: 'tests', given, keeps: isBefore }),
    ...(former === ''
      ? []
      : [
          await section(ask, {
            title: 'What changed from the version before?',
            question: 'changed',
            given: { before: former, after: release },
          }),
        ]),
    await section(ask, {
      title: 'How was it decided, step by step?',
      question: 'path',
      given,
      keeps: ({ occurred_at }) => String(occurred_at) <= at,
    }),
    await wayBack(),
  ];
};

/** What people ask for by the word artifact; everything else that a release is made of is data, code or configuration. */
const OF_ARTIFACT = ['artifact', 'artifact object version', 'model package', 'endpoint', 'endpoint configuration'];
const isOfArtifact = ({ part }: Row): boolean => OF_ARTIFACT.includes(String(part));

/** The six questions about the evidence of a release. */
export const dossierOf = async (ask: Ask, release: string, now: Instant): Promise<Section[]> => {
  const given = { release };
  const parts = await section(ask, {
    title: 'Which artifact was deployed?',
    question: 'parts',
    given,
  });
  const only = (keeps: (row: Row) => boolean) => ({ ...parts.answer, rows: parts.answer.rows.filter(keeps) });
  const model = String(parts.answer.rows.find(({ part }) => part === 'model')?.['value'] ?? '');
  return [
    { ...parts, answer: only(isOfArtifact) },
    { ...parts, title: 'From which data, code and configuration?', answer: only((row) => !isOfArtifact(row)) },
    await section(ask, { title: 'Which tests were completed?', question: 'tests', given }),
    await section(ask, { title: 'Who reviewed it?', question: 'why', given, keeps: isDecision }),
    await section(ask, { title: 'Where is its audit trail?', question: 'path', given }),
    ...(model === '' ? [] : [await wayBackFrom(ask, { model, release, now })]),
  ];
};

type Served = { readonly model: string; readonly release: string; readonly now: Instant };

/** The way back from a release: now if it is in production, otherwise when it last was. */
const wayBackFrom = async (ask: Ask, { model, release, now }: Served): Promise<Section> => {
  const { rows } = await ask('live', { model });
  const last = rows.findLast((row) => releaseIn(row) === release);
  const at = last === undefined || last['live_until'] === '' ? now : String(last['live_from']);
  const asked = { title: 'What is its way back?', question: 'way-back', given: { model, at } };
  const found = await section(ask, asked);
  return last === undefined ? { ...found, says: `${release} was never in production; this is of what is` } : found;
};

/** Which decision of a model is asked about: what answered, between these instants, if need be on one endpoint and variant. */
export type AskedDecision = {
  readonly model: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly endpoint?: string | undefined;
  readonly variant?: string | undefined;
};

/** From a decision to its release (TR-6): what answered then, on what evidence it was released, who approved it, and why. */
export const decisionPage = async (ask: Ask, asked: AskedDecision): Promise<Section[]> => {
  const { model, from, to, endpoint, variant } = asked;
  const traffic = await section(ask, {
    title: 'What answered at that time?',
    question: 'traffic',
    given: { model, from, to },
    keeps: (row) =>
      (endpoint === undefined || row['endpoint'] === endpoint) && (variant === undefined || row['variant'] === variant),
  });
  const live = await section(ask, {
    title: 'What was in production at that time?',
    question: 'live',
    given: { model, from, to },
  });
  const found = [...new Set(traffic.answer.rows.map(releaseIn).filter((id) => id !== ''))];
  const releases = found.length > 0 ? found : [...new Set(live.answer.rows.map(releaseIn).filter((id) => id !== ''))];
  const says = wordOn(found, releases);
  const pages = [{ ...traffic, ...(says === undefined ? {} : { says }) }, live];
  for (const release of releases) {
    const given = { release };
    pages.push(
      await section(ask, { title: `What is ${release} made of?`, question: 'parts', given }),
      await section(ask, { title: `What was ${release} tested for?`, question: 'tests', given }),
      await section(ask, { title: `Who approved ${release}, and why?`, question: 'why', given }),
    );
  }
  return pages;
};

const wordOn = (found: readonly string[], releases: readonly string[]): string | undefined => {
  if (releases.length === 0) return 'no release of this model is known to have answered then';
  if (found.length === 0) return 'no look at an endpoint is on record for then: this goes by what was promoted';
  return found.length > 1
    ? `${found.length} releases answered then, by their shares: name the variant, or find it by the inference id`
    : undefined;
};
