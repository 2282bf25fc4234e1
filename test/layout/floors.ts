/**
 * The rooms of lib/domain from the ground up. A room imports from the floors below it and from no other; `checks/*` stands
 * for the folder of each stage. lib/domain/biome.json enforces it, docs/architecture.md draws it.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['signing'],
  ['ledger', 'evidence/documents', 'evidence/predictions'],
  ['evidence', 'evidence/fairness'],
  ['evidence/foreign', 'evidence/drafts'],
  ['evidence/readers'],
  ['release'],
  ['checks'],
  ['checks/*'],
  ['policy', 'canary'],
  ['records'],
  ['change', 'questions'],
  ['approval', 'serving', 'attestation', 'monitoring'],
  ['gate', 'intake'],
  ['audit', 'metrics'],
];

export const ROOMS: readonly string[] = FLOORS.flat();

const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room));

/** Whether a file of the one room may import from the other. */
export const mayImport = (from: string, to: string): boolean => floorOf(to) < floorOf(from);

/** The room of a file of lib/domain; empty for those that stand in none, on the ground of all. */
export const domainRoomOf = (file: string): string => {
  const [room = '', inner = ''] = file.replace('lib/domain/', '').split('/').slice(0, -1);
  if (room === 'checks' && inner !== '') return 'checks/*';
  return ROOMS.includes(`${room}/${inner}`) ? `${room}/${inner}` : room;
};

/** The imports of a file of lib/domain that leave the domain, or lead to a room that its own may not import from. */
export const forbiddenImports = (file: string, targets: readonly string[]): string[] =>
  targets.filter((target) => {
    if (!target.startsWith('lib/domain/')) return true;
    const [from, to] = [domainRoomOf(file), domainRoomOf(target)];
    return to !== '' && to !== from && !mayImport(from, to);
  });
