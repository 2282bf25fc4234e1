/** A door that somebody waits at gives all that it asks others one time together, and says who did not answer. */
import { Unavailable } from '../refusal.ts';
import type { IntakeWorld } from './request-release.ts';

/**
 * What is asked, or `Unavailable` when the patience ends first, whether or not what is asked heeds the signal. It says nothing
 * about the request, of which nothing was recorded.
 */
export const inTime = <T>(patience: AbortSignal, who: string, ask: () => Promise<T>): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const giveUp = () =>
      reject(new Unavailable(`${who} did not answer in time; nothing was recorded: send the request again`));
    if (patience.aborted) return giveUp();
    patience.addEventListener('abort', giveUp, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => patience.removeEventListener('abort', giveUp));
  });

/**
 * The world of an intake, in which every question has the same patience. What is written has none: a commit that was given up
 * might have been made.
 */
export const patientWorld = (world: IntakeWorld, patience: AbortSignal): IntakeWorld => {
  const { store, evidence, images, packages, findEndpoint } = world;
  const table = <T>(ask: () => Promise<T>) => inTime(patience, 'Amazon DynamoDB', ask);
  return {
    ...world,
    store: {
      ...store,
      get: (name, ...id) => table(() => store.get(name, ...id)),
      releasesOfPackage: (arn) => table(() => store.releasesOfPackage(arn)),
    },
    evidence: { pin: (uri) => inTime(patience, 'Amazon S3', () => evidence.pin(uri)) },
    images: { digestOf: (image) => inTime(patience, 'Amazon ECR', () => images.digestOf(image)) },
    packages: {
      home: packages.home,
      find: (arn) => inTime(patience, 'Amazon SageMaker', () => packages.find(arn)),
    },
    unknownName: (name) => inTime(patience, 'AWS KMS', () => world.unknownName(name)),
    findEndpoint: (name) => inTime(patience, 'Amazon SageMaker', () => findEndpoint(name)),
  };
};
