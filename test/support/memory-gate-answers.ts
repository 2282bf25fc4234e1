import type { AnswerPlace, KeptAnswers, Slot } from '../../lib/domain/gate/sign-once.ts';
import type { Envelope } from '../../lib/domain/signing/envelope.ts';

/** The signed answers of the gate, kept in memory. */
export const memoryGateAnswers = (): KeptAnswers => {
  const kept = new Map<string, Envelope>();
  const slots = new Map<string, string>();
  const minuteOf = ({ releaseId, at }: AnswerPlace) => `${releaseId} ${at.slice(0, 16)} `;
  const slotOf = (place: AnswerPlace, slot: Slot) => `${minuteOf(place)}${slot.of} ${slot.number}`;
  return {
    find: async (place) => kept.get(`${minuteOf(place)}${place.sha256}`),
    take: async (place, slot) => {
      const holder = slots.get(slotOf(place, slot));
      if (holder !== undefined) return holder === place.sha256 ? 'same' : 'other';
      slots.set(slotOf(place, slot), place.sha256);
      return 'taken';
    },
    keep: async (place, envelope) => {
      kept.set(`${minuteOf(place)}${place.sha256}`, envelope);
    },
  };
};
