/** What an endpoint keeps apart from its configuration: how it was scaled, and what an update retains of that. */
import * as z from 'zod';

const name = z.string();

/** The input of UpdateEndpoint that says what stays, whatever the new configuration says. */
export const Retention = z.object({
  RetainAllVariantProperties: z.boolean().default(false),
  ExcludeRetainedVariantProperties: z.array(z.looseObject({ VariantPropertyType: z.string() })).default([]),
});

/** The input of UpdateEndpointWeightsAndCapacities. */
export const Capacities = z.object({
  EndpointName: name,
  DesiredWeightsAndCapacities: z.array(
    z.looseObject({
      VariantName: name,
      DesiredInstanceCount: z.number().optional(),
      DesiredWeight: z.number().optional(),
    }),
  ),
});

type Variants = ReadonlyMap<string, { readonly count: number; readonly weight: number }>;
export interface Retained {
  variants: Variants;
  dataCapture: unknown;
}

interface Configuration {
  readonly ProductionVariants: readonly {
    readonly VariantName: string;
    readonly InitialInstanceCount: number;
    readonly InitialVariantWeight: number;
  }[];
  readonly DataCaptureConfig?: unknown;
}

export const capacitiesOf = ({ ProductionVariants: variants }: Configuration): Variants =>
  new Map(
    variants.map((one) => [one.VariantName, { count: one.InitialInstanceCount, weight: one.InitialVariantWeight }]),
  );

export const scaled = (variants: Variants, { DesiredWeightsAndCapacities: wanted }: z.infer<typeof Capacities>) => {
  const after = new Map(variants);
  for (const { VariantName, DesiredInstanceCount, DesiredWeight } of wanted) {
    const { count = 1, weight = 1 } = after.get(VariantName) ?? {};
    after.set(VariantName, { count: DesiredInstanceCount ?? count, weight: DesiredWeight ?? weight });
  }
  return after;
};

/** What an update leaves: all three properties are retained if that is asked for, but for those that are excluded. */
export const retained = (
  { variants, dataCapture }: Retained,
  configuration: Configuration,
  asked: z.infer<typeof Retention>,
): Retained => {
  const excluded = asked.ExcludeRetainedVariantProperties.map(({ VariantPropertyType }) => VariantPropertyType);
  const keeps = (type: string) => asked.RetainAllVariantProperties && !excluded.includes(type);
  const after = [...capacitiesOf(configuration)].map(([variant, wanted]) => {
    const former = variants.get(variant) ?? wanted;
    const count = keeps('DesiredInstanceCount') ? former.count : wanted.count;
    return [variant, { count, weight: keeps('DesiredWeight') ? former.weight : wanted.weight }] as const;
  });
  return {
    variants: new Map(after),
    dataCapture: keeps('DataCaptureConfig') ? dataCapture : configuration.DataCaptureConfig,
  };
};

const Gradual = z.object({
  BlueGreenUpdatePolicy: z.object({
    TrafficRoutingConfiguration: z.object({ Type: z.enum(['CANARY', 'LINEAR']), WaitIntervalInSeconds: z.number() }),
  }),
});

/**
 * The fleet that an update leads to, as it is told until the update ends. By a strategy its first instance has traffic at once; any
 * other has none before the end.
 */
export const coming = ({ variants }: Retained, deploymentConfig: unknown, StartTime: number): object[] => {
  const { data: gradual } = Gradual.safeParse(deploymentConfig);
  const wait = gradual?.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.WaitIntervalInSeconds;
  return [...variants].map(([VariantName, { count, weight }]) => ({
    VariantName,
    CurrentWeight: weight,
    DesiredWeight: weight,
    CurrentInstanceCount: gradual === undefined ? 0 : 1,
    DesiredInstanceCount: count,
    VariantStatus: [
      gradual === undefined
        ? { Status: 'Creating', StatusMessage: `Launching ${count} instance(s).`, StartTime }
        : {
            Status: 'Baking',
            StatusMessage: `Baking for ${wait} seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity of 1 instance(s).`,
            StartTime,
          },
    ],
  }));
};
