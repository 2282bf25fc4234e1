/** A model card with what can be computed, and with what a person has to write. */
import { toWrite } from '../../unwritten.ts';

type Described = {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly artifactSha256: string;
  readonly metrics: Readonly<Record<string, number>>;
};

export const draftModelCard = ({ modelName, modelVersion, artifactSha256, metrics }: Described) => ({
  model_name: modelName,
  version: modelVersion,
  artifact_sha256: artifactSha256,
  owner: toWrite('name the team that answers for the model'),
  escalation_path: toWrite('say who is called when something is wrong, also out of hours'),
  overview: toWrite('say in a few sentences what the model is'),
  intended_use: [toWrite('say what the model is for')],
  not_for_use: [toWrite('say what it must not be used for')],
  training_data: {
    source: toWrite('say where the training data come from'),
    period: toWrite('say from when they are'),
    exclusions: toWrite('say what was left out of them'),
  },
  metrics,
  evaluation: {
    test_data: toWrite('say what the test data are'),
    conditions: toWrite('say how the model was run on them'),
  },
  fairness_analysis: toWrite('say which differences between groups remain, and why they can be accepted'),
  known_limitations: [toWrite('say what the model cannot do')],
  failure_modes: [
    {
      mode: toWrite('say how the model fails'),
      effect: toWrite('say what comes of it'),
      mitigation: toWrite('say what is done about it'),
    },
  ],
  edge_cases: [toWrite('say which inputs are treated specially')],
  operational_requirements: {
    compute: toWrite('say what the model needs to run'),
    latency: toWrite('say how fast it has to answer'),
    monitoring: toWrite('say what is watched'),
  },
  security_properties: [toWrite('say what protects the model')],
  operational_acknowledgement: {
    owner: toWrite('name the people who run the model'),
    statement: toWrite('let them say that they know it and run it'),
    date: null,
  },
});
