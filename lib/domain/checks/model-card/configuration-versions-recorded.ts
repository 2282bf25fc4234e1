import * as z from 'zod';
import { evidenceUris } from '../../release/manifest.ts';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, shown } from '../finding.ts';

const Configuration = z.enum(['training_config', 'threshold_config', 'routing_config']);

/**
 * Establishes that the release records the configuration that the model was made with and runs with, because its
 * weights do not tell. An llm depends on its prompt or policy; without a version, nobody could say which one was
 * approved.
 */
export const configurationVersionsRecorded = defineCheck({
  name: 'configuration_versions_recorded',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['manifest'],
  parameters: z.strictObject({
    /**
     * Configuration files that a release must provide, whatever its type. They are pinned and hashed like all evidence.
     */
    required_configurations: z.array(Configuration).max(3).default([]),
  }),
  judge: ({ manifest }, { required_configurations: required }) => {
    const { model_type: type = 'predictive', prompt_version: prompt, policy_version: policy } = manifest;
    const brought = evidenceUris(manifest);
    const there = Configuration.options.filter((name) => brought[name] !== undefined);
    const versions = Object.entries({ prompt, policy }).flatMap(([name, version]) =>
      isSaid(version) ? [`${name} ${shown(version)}`] : [],
    );
    const verdict = conclude(
      `prompt_version or policy_version for an llm; files: ${required.join(', ') || 'none required'}`,
      [type, ...versions, ...there].join(', '),
      `The model type is ${type}; recorded are configuration ${shown(manifest.config_version)}${[...versions, ...there].map((one) => `, ${one}`).join('')}.`,
      [
        ...(type !== 'predictive' && versions.length === 0
          ? ['An llm needs prompt_version or policy_version. Add one of them to the manifest.']
          : []),
        ...required
          .filter((name) => brought[name] === undefined)
          .map((name) => `The release has no ${name}. Name it in further_evidence.${name} of the manifest.`),
      ],
    );
    return { ...verdict, evidenceSha256: '' };
  },
});
