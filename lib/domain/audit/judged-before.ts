/**
 * The tolerance: an event is judged shortly before it is appended, perhaps more than once if other writers are faster.
 */
export const JUDGED_BEFORE_MS = 300_000;
