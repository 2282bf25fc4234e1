/** The parameters of a check for people: what each is called, and its value in words. */
import { html } from 'hono/html';
import { sha256 } from '../../domain/signing/canonical-json.ts';
import { readPublicKey } from '../../domain/signing/fingerprint.ts';
import { digest, type Html } from '../parts/layout.ts';
import { titleOf } from '../parts/wording.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** A line for each parameter; nothing where a check has none. */
export const parameterList = (parameters: Parameters): Html | string => {
  const entries = Object.entries(parameters);
  return entries.length === 0
    ? ''
    : html`<ul class="plain note">${entries.map(([name, value]) => html`<li>${named(name, value)}</li>`)}</ul>`;
};

const named = (name: string, value: unknown): Html =>
  isPem(value) ? pemInWords(name, value) : html`${titleOf(name)}: ${inWords(value)}`;

const isPem = (value: unknown): value is string => typeof value === 'string' && value.startsWith('-----BEGIN ');

/** A key is known by its fingerprint, the digest that people compare by other routes; a certificate by that of its text. */
const pemInWords = (name: string, pem: string): Html => {
  const key = name.startsWith('public_key') ? readPublicKey(pem) : undefined;
  return key === undefined
    ? html`${titleOf(name.replace(/_pem$/, ''))}, SHA-256 of its text ${digest(sha256(pem))}`
    : html`Public key, SHA-256 ${digest(key.fingerprint)}`;
};

const inWords = (value: unknown): Html => {
  if (Array.isArray(value)) return listInWords(value);
  if (typeof value !== 'object' || value === null) return html`<bdi>${String(value)}</bdi>`;
  const entries = Object.entries(value);
  if (entries.length === 0) return html`none`;
  return html`${entries.map(([name, one], index) => html`${index === 0 ? '' : '; '}${named(name, one)}`)}`;
};

const listInWords = (values: readonly unknown[]): Html => {
  if (values.length === 0) return html`none`;
  return values.some((one) => typeof one === 'object')
    ? html`<ul>${values.map((one) => html`<li>${inWords(one)}</li>`)}</ul>`
    : html`<bdi>${values.map(String).join(', ')}</bdi>`;
};
