import type { AnswerPlace, KeptAnswers } from '../../lib/domain/gate/sign-once.ts';
import type { Envelope } from '../../lib/domain/signing/envelope.ts';

/** The signed answers of the gate, kept in memory. */
export const memoryGateAnswers = (): KeptAnswers => {
  const rows = new Map<string, Envelope | undefined>();
  const minuteOf = ({ releaseId, at }: AnswerPlace) => `${releaseId} ${at.slice(0, 16)} `;
  const keyOf = (place: AnswerPlace) => `${minuteOf(place)}${place.sha256}`;
  return {
    find: async (place) => rows.get(keyOf(place)),
    taken: async (place) => [...rows.keys()].filter((key) => key.startsWith(minuteOf(place))).length,
    take: async (place) => {
      if (rows.has(keyOf(place))) return false;
      rows.set(keyOf(place), undefined);
      return true;
    },
    keep: async (place, envelope) => {
      rows.set(keyOf(place), envelope);
    },
  };
};
