/** How long an event is locked: by its kind, and by the tier of the release that it is about. */
import * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import type { EventType } from './event.ts';

/** `routine`: what Assay does by itself and decides nothing. `access`: who was given which rows. */
export const RetentionClass = z.enum([...RiskTier.options, 'routine', 'access']);
export type RetentionClass = z.infer<typeof RetentionClass>;

const CLASSES_PATTERN = /^(?:[a-z]+=\d{1,5}(?:,[a-z]+=\d{1,5})*)?$/;

/** The days of each class that has days of its own, from `low=730,routine=400`; none from an empty text. */
export const RetentionClasses = z
  .string()
  .transform((text) => text.replaceAll(' ', ''))
  .pipe(z.string().regex(CLASSES_PATTERN, 'must be CLASS=DAYS, with commas between them'))
  .transform((text) => text.split(',').filter((part) => part !== ''))
  .refine((parts) => new Set(parts.map(nameIn)).size === parts.length, 'must not name a class twice')
  .transform((parts) => Object.fromEntries(parts.map((part) => [nameIn(part), Number(part.split('=')[1])])))
  .pipe(z.partialRecord(RetentionClass, z.int().min(1).max(36_500)));
export type RetentionClasses = z.infer<typeof RetentionClasses>;

const nameIn = (part: string): string | undefined => part.split('=')[0];

/** The same as one text, in the order of the classes. */
export const classesText = (classes: RetentionClasses): string =>
  RetentionClass.options.flatMap((name) => (classes[name] === undefined ? [] : [`${name}=${classes[name]}`])).join();

/** Days of the longest class, and of those that are shorter. Bundles and checkpoints are of the longest: they prove all others. */
export type RetentionDays = { readonly longest: number; readonly classes: RetentionClasses };

const ROUTINE: ReadonlySet<string> = new Set<EventType>([
  'approval_reminded',
  'expiry_warned',
  'log_heartbeat',
  'mail_dropped',
  'mails_resent',
  'outbox_redriven',
]);

/** Undefined: the longest. That of an event about no release is, because who may do what stands there. */
export const classOf = (eventType: string, tier: string | undefined): RetentionClass | undefined =>
  ROUTINE.has(eventType) ? 'routine' : RiskTier.safeParse(tier).data;

/** For how many days an object of a class is locked, at least. */
export const daysOf = (name: RetentionClass | undefined, { longest, classes }: RetentionDays): number =>
  (name && classes[name]) ?? longest;

/** Why these days are none to keep by; undefined if they are. */
export const classProblem = ({ longest, classes }: RetentionDays): string | undefined => {
  const tooLong = RetentionClass.options.find((name) => (classes[name] ?? 0) > longest);
  if (tooLong !== undefined)
    return `${tooLong} is kept for ${classes[tooLong]} days, but what proves it for ${longest} only`;
  const [low, medium, high] = RiskTier.options.map((tier) => daysOf(tier, { longest, classes }));
  const isInOrder = Number(low) <= Number(medium) && Number(medium) <= Number(high);
  return isInOrder ? undefined : 'a higher tier must not be kept for a shorter time than a lower one';
};
