/** Facts that only a deployment knows for certain, as far as the command line can find them out. */
import { evidenceReaders } from '../../domain/checks/all-evidence.ts';
import type { EntryPoint, EvidencedRelease, EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import type { LiveEndpoint } from '../../domain/evidence/live-endpoint.ts';
import type { RehearsalWorld } from '../../domain/gate/rehearsal.ts';

type Facts = {
  readonly sources: Pick<EvidenceSources, 'liveRelease' | 'wayBack' | 'liveEndpoint'>;
  readonly unknown: RehearsalWorld['unknown'];
};

/** Whether a release is in production is taken from the user; how an entry point is configured is read from AWS. */
export const deploymentFacts = async (
  release: EvidencedRelease,
  bytes: EvidenceSources['bytes'],
  isFirstRelease: boolean,
): Promise<Facts> => {
  const { sources, unknown } = await endpointFacts(release, bytes);
  return isFirstRelease
    ? { sources: { ...sources, liveRelease: async () => undefined, wayBack: async () => undefined }, unknown }
    : { sources, unknown: { ...unknown, liveRelease: WHICH_RELEASE, wayBack: WHICH_RELEASE } };
};

const WHICH_RELEASE =
  'It compares with the release in production, which only the deployment knows. If there is none, pass --first-release.';

/** The user's credentials lack the permission; those of the deployment may have it. */
const NOT_US = /AccessDenied|ExpiredToken|Forbidden|NotAuthorized|Unauthorized|UnrecognizedClient/;

/** Asked before the checks run: if AWS does not answer here, that is no finding on the release. */
const endpointFacts = async (release: EvidencedRelease, bytes: EvidenceSources['bytes']): Promise<Facts> => {
  let answer: LiveEndpoint | undefined;
  let arn = '';
  const liveEndpoint = async (entryPoint: EntryPoint): Promise<LiveEndpoint> => {
    arn = entryPoint.arn;
    if (answer === undefined) {
      const { readLiveEndpoint } = await import('../../adapters/live-endpoint.ts');
      answer = await readLiveEndpoint(entryPoint);
    }
    return answer;
  };
  try {
    await evidenceReaders(release, { bytes, liveEndpoint }).liveEndpoint();
    if (answer?.kind === 'unreadable' && NOT_US.test(answer.problem)) {
      return {
        sources: {},
        unknown: { liveEndpoint: `It reads the configuration of ${arn}; ${answer.problem} here.` },
      };
    }
    return { sources: { liveEndpoint }, unknown: {} };
  } catch (cause) {
    const { awsProblem } = await import('../../adapters/aws-problem.ts');
    const why = `It reads the configuration of ${arn}, which ${awsProblem(cause)}.`;
    return { sources: {}, unknown: { liveEndpoint: why } };
  }
};
