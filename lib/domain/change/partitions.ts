/** Where the table keeps what is no record: the chains, the outbox and the state of the log. */
export const chainPrefix = 'CHAIN#';
export const LOG = 'LOG';
export const OUTBOX = 'OUTBOX#';
/** What metrics say, until the next look. */
export const METRICS = 'METRICS';
/** Followed by an hour: who was given which rows in it, until the hour is in the audit bucket. */
export const ACCESS = 'ACCESS#';
/** Followed by an hour: who read what in it, until the hour is in the audit bucket. Apart, because more doors write it. */
export const READING = 'READING#';

/** Followed by the digest of a sender: the requests that are known by their keys. */
export const ONCE = 'ONCE#';

/** What the partitions of intents of one kind begin with. */
export const outboxPartition = (kind: string): string => `${OUTBOX}${kind}#`;
/** The kind of intent that a partition is for; of those that a former version made it is a number. */
export const kindAt = (partition: string): string | undefined => partition.split('#')[1];
/** Where the sweep of the endpoints stands. */
export const SWEEP = 'SWEEP';
/** Followed by the id of a release: which events of the chain of its model are about it. */
export const timelinePrefix = 'TIMELINE#';
/** Followed by the id that a request claimed: which events of other chains name it. Anybody may claim an id, so they lie apart. */
export const claimedPrefix = 'CLAIMED#';
