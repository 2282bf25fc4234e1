/** The border where a posted form comes in. Everything in it is untrusted input. */
import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { CONDITIONS_MAX } from '../../lib/domain/approval/condition-answer.ts';
import type { ConditionDraft, DecisionAnswer } from '../../lib/domain/approval/decision-answer.ts';
import { Decision } from '../../lib/domain/records/approval.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { Word } from '../../lib/domain/stored.ts';
import type { Typed } from '../../lib/web/approval/approval-form.ts';
import type { Hindrance } from '../../lib/web/parts/problem-page.ts';
import { isOfSameOrigin } from '../../lib/web/parts/same-origin.ts';

/** Four times as long as a comment may be: who types too much gets the form back, with all that they typed. */
const COMMENT_READ_CHARACTERS = 8192;
/** A form writes a character of most scripts as nine bytes. The rest of a form has 16 KB. */
export const FORM_MAX_BYTES = 9 * COMMENT_READ_CHARACTERS + 16_384;
const CHECKLIST = 'checklist.';

/** Thrown for a form that is not judged at all: not ours, not from this page, or too large. */
export class Hindered extends Error {
  readonly hindrance: Hindrance;
  readonly status: 400 | 403 | 413 | 415;

  constructor(hindrance: Hindrance, status: Hindered['status'], why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'Hindered';
    this.hindrance = hindrance;
    this.status = status;
  }
}

type Posted = {
  readonly header: (name: string) => string | undefined;
  readonly body: ArrayBuffer;
  readonly cookie: string | undefined;
  readonly origin: string;
};

const CONDITION = /^conditions\.([1-3])\.(text|owner|due)$/;

const Fields = z.strictObject({
  form_nonce: z.string().max(64),
  decision: Decision.optional(),
  confirmation: z.string().max(256).default(''),
  comment: z.string().max(COMMENT_READ_CHARACTERS).default(''),
});

/** A file of the evidence, to be shown as text or to be kept. */
export type AskedFile = { readonly name: string; readonly as: 'text' | 'download' };

const FileFields = z.union([
  z.strictObject({ form_nonce: z.string().max(64), open: Word }),
  z.strictObject({ form_nonce: z.string().max(64), download: Word }),
]);

/** Which form of the page was sent: that of a decision, or that of the evidence. */
export type Form = { readonly typed: Typed } | { readonly file: AskedFile };

/** Establishes that the form was posted from the page that this browser was served, and reads what was typed or pressed. */
export const readForm = (posted: Posted): Form => {
  const pairs = pairsOf(posted);
  const isOfFile = pairs.some(([name]) => name === 'open' || name === 'download');
  const { nonce, form } = isOfFile ? fileForm(pairs) : decisionForm(pairs);
  if (!isSame(nonce, posted.cookie)) throw new Hindered('stale_form', 403, 'the form nonce is not the cookie');
  return form;
};

type Pairs = readonly (readonly [string, string])[];
type Read = { readonly nonce: string; readonly form: Form };

const pairsOf = ({ header, body, origin }: Posted): Pairs => {
  if (!isOfSameOrigin(header, origin)) throw new Hindered('stale_form', 403, 'posted from another origin');
  const mediaType = header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded')
    throw new Hindered('malformed', 415, `media type ${mediaType}`);
  if (body.byteLength > FORM_MAX_BYTES) throw new Hindered('too_large', 413, `${body.byteLength} bytes`);
  const pairs = [...new URLSearchParams(decodeForm(body))];
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw notOurs();
  return pairs;
};

const notOurs = () => new Hindered('malformed', 400, 'not the fields of this form');

const fileForm = (pairs: Pairs): Read => {
  const { data } = FileFields.safeParse(Object.fromEntries(pairs));
  if (data === undefined) throw notOurs();
  const file: AskedFile = 'open' in data ? { name: data.open, as: 'text' } : { name: data.download, as: 'download' };
  return { nonce: data.form_nonce, form: { file } };
};

const decisionForm = (pairs: Pairs): Read => {
  const items = pairs.filter(([name]) => name.startsWith(CHECKLIST));
  const ofConditions = pairs.filter(([name]) => CONDITION.test(name));
  const rest = pairs.filter((pair) => !items.includes(pair) && !ofConditions.includes(pair));
  const { data } = Fields.safeParse(Object.fromEntries(rest));
  if (data === undefined) throw notOurs();
  const { decision, confirmation, comment } = data;
  const checklist = new Map(items.map(([name, value]) => [name.slice(CHECKLIST.length), value]));
  // The keyboard of a phone often adds a space; the version typed is still the right one.
  const typed = {
    checklist,
    confirmation: confirmation.trim(),
    comment,
    conditions: conditionsIn(new Map(ofConditions)),
  };
  return { nonce: data.form_nonce, form: { typed: decision === undefined ? typed : { ...typed, decision } } };
};

/** A text field of a form is longer than it may be only if somebody made it so: the domain says which. */
const conditionsIn = (fields: ReadonlyMap<string, string>): ConditionDraft[] =>
  Array.from({ length: CONDITIONS_MAX }, (_, index) => {
    const filled = (part: string) => fields.get(`conditions.${index + 1}.${part}`) ?? '';
    return { text: filled('text'), owner: filled('owner'), due: filled('due') };
  });

/** What is not UTF-8, as it stands or behind its percent signs, would go on record as something else than was sent. */
const decodeForm = (body: ArrayBuffer): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    decodeURIComponent(text);
    return text;
  } catch (cause) {
    throw new Hindered('malformed', 400, 'not UTF-8', { cause });
  }
};

/** The typed form as an answer. Refused if no button was pressed. */
export const answerOf = ({ decision, checklist, confirmation, comment, conditions = [] }: Typed): DecisionAnswer => {
  if (decision === undefined) {
    throw new Refusal('DecisionIncomplete', 'no decision was made', [
      { field: 'decision', problem: 'is neither approve nor deny' },
    ]);
  }
  const answers = [...checklist].flatMap(([id, answer]): [string, 'yes' | 'no'][] =>
    answer === 'yes' || answer === 'no' ? [[id, answer]] : [],
  );
  return { decision, checklist: new Map(answers), typedConfirmation: confirmation, comment, conditions };
};

const isSame = (nonce: string, cookie: string | undefined): boolean => {
  const a = Buffer.from(nonce);
  const b = Buffer.from(cookie ?? '');
  return a.length >= 16 && a.length === b.length && timingSafeEqual(a, b);
};
