/** A custom check: no release during a freeze. docs/formats/custom-check.md describes the event and the answer. */
export const handler = async ({ parameters: { frozen_from: from, frozen_until: until } }) => {
  const today = new Date().toISOString().slice(0, 10);
  const isFrozen = from <= today && today <= until;
  return {
    schema_version: 1,
    status: isFrozen ? 'failed' : 'passed',
    measured: today,
    threshold: `no day from ${from} until ${until}`,
    explanation: isFrozen
      ? `Nothing is released from ${from} until ${until}. Request the release again afterwards.`
      : `${today} is no day of the freeze.`,
  };
};
