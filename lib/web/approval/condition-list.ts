import { html } from 'hono/html';
import type { Approval } from '../../domain/records/approval.ts';
import { conditionIdOf } from '../../domain/records/condition.ts';
import { asWritten, type Html, time } from '../parts/layout.ts';

/** What an approval was given on condition of, with the id by which people say that it was met; nothing if it was not. */
export const conditionList = (
  { approverId, conditions = [] }: Pick<Approval, 'approverId' | 'conditions'>,
  names: ReadonlyMap<string, string>,
): Html | string =>
  conditions.length === 0
    ? ''
    : html`<ul class="conditions">${conditions.map(
        ({ text, owner_id: owner, due_at: due }, index) =>
          html`<li>${asWritten(text)} <span><bdi>${names.get(owner) ?? owner}</bdi>, by ${time(due)} (<code>${conditionIdOf(approverId, index)}</code>)</span></li>`,
      )}</ul>`;
