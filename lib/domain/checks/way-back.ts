/** The way back of a release, as it was found while the release is judged: how what serves now would serve again. */
export type WayBack = {
  readonly endpointName: string;
  readonly endpointConfigName: string;
  /** The variants of the configuration; undefined if it or one of its models is not there. */
  readonly configured: readonly string[] | undefined;
  /** The endpoint with its variants; undefined if it is not there. */
  readonly endpoint:
    | { readonly condition: 'in_service' | 'under_way' | 'broken'; readonly variants: readonly string[] }
    | undefined;
  /** Whether the pinned version of the artifact can be read, or the locked copy that is served instead. */
  readonly isArtifactReadable: boolean;
};

/** Every reason why this way back could not be gone now; empty if it could. */
export const wayBackProblems = (wayBack: WayBack): string[] => [
  ...(wayBack.configured === undefined
    ? [`Its endpoint configuration ${wayBack.endpointConfigName} is not there with its model.`]
    : []),
  ...(wayBack.isArtifactReadable ? [] : ['Its artifact cannot be read in the version that was approved.']),
  ...endpointProblems(wayBack),
];

const endpointProblems = ({ endpointName, endpoint, configured }: WayBack): string[] => {
  if (endpoint === undefined) return [`Endpoint ${endpointName} is not there.`];
  if (endpoint.condition === 'broken') return [`Endpoint ${endpointName} is broken and takes no configuration.`];
  // An endpoint that is being created names no variants yet.
  const isSame = endpoint.variants.length === 0 || endpoint.variants.join() === configured?.join();
  return isSame || configured === undefined
    ? []
    : [`Endpoint ${endpointName} has ${endpoint.variants.join(', ')}, and the configuration ${configured.join(', ')}.`];
};

/** Where the way back leads, in one sentence. */
export const wayBackSentence = ({ endpointName, endpointConfigName, endpoint }: WayBack): string =>
  endpoint?.condition === 'under_way'
    ? `Its artifact and its configuration ${endpointConfigName} are there; endpoint ${endpointName} is being updated, and takes it afterwards.`
    : `Its artifact and its configuration ${endpointConfigName} are there, and endpoint ${endpointName} takes it.`;
