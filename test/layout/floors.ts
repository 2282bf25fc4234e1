/**
 * The rooms of lib/domain from the ground up. A room imports from the floors below it and from no other; `checks/*` stands
 * for the folder of each stage. lib/domain/biome.json enforces it, docs/architecture.md draws it.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['signing'],
  ['ledger', 'evidence/documents', 'evidence/predictions'],
  ['evidence', 'evidence/fairness'],
  ['evidence/foreign'],
  ['evidence/readers'],
  ['release'],
  ['checks'],
  ['checks/*'],
  ['policy'],
  ['records'],
  ['change', 'questions'],
  ['approval', 'serving', 'attestation'],
  ['gate', 'intake'],
  ['audit'],
];

export const ROOMS: readonly string[] = FLOORS.flat();

const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room));

/** Whether a file of the one room may import from the other. */
export const mayImport = (from: string, to: string): boolean => floorOf(to) < floorOf(from);
