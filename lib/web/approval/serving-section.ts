import { html } from 'hono/html';
import type { Release } from '../../domain/release/release.ts';
import {
  type DataSource,
  type ServingSpecification,
  servingSha256,
} from '../../domain/release/serving-specification.ts';
import { strategyInWords } from '../../domain/release/strategy-in-words.ts';
import { digest, type Html } from '../parts/layout.ts';

type Shown = {
  /** Whether the values of the environment are shown: they are for those who approve. */
  readonly withValues: boolean;
};

/** All that decides what the endpoint answers and where its data goes. On the approval page alone the environment has its values. */
export const servingSection = ({ serving }: Release, { withValues }: Shown = { withValues: true }): Html | string =>
  serving === undefined
    ? ''
    : html`<section aria-labelledby="serving"><h2 id="serving">What will serve</h2><dl class="facts">
<div class="wide"><dt>Image</dt><dd><code>${serving.image}</code></dd></div>
${[serving.model_data, ...serving.additional_model_data].map(dataSource)}
<div><dt>Endpoint</dt><dd><code>${serving.endpoint_name}</code></dd></div>
<div><dt>Instances</dt><dd>${serving.instance_count} × <code>${serving.instance_type}</code></dd></div>
<div class="wide"><dt>Deployment</dt><dd>${deployment(serving)}</dd></div>
<div><dt>Network isolation</dt><dd>${serving.network_isolation ? 'On: the container can call nothing' : 'Off'}</dd></div>
<div><dt>VPC</dt><dd>${vpc(serving)}</dd></div>
<div><dt>Data capture</dt><dd>${capture(serving)}</dd></div>
<div><dt>Key of the volume</dt><dd>${serving.kms_key_id === undefined ? 'That of SageMaker' : html`<code>${serving.kms_key_id}</code>`}</dd></div>
<div><dt>Tags</dt><dd>${tags(serving)}</dd></div>
<div class="wide"><dt>Environment of the container</dt><dd>${environment(serving, withValues)}</dd></div>
<div class="wide"><dt>Serving specification, SHA-256</dt><dd>${digest(servingSha256(serving))}</dd></div></dl></section>`;

const deployment = ({ deployment_strategy: strategy }: ServingSpecification): string =>
  `${strategy === undefined ? 'All traffic at once; no alarm takes it back' : strategyInWords(strategy)}. A new endpoint, and every way back, gets all traffic at once.`;

const dataSource = (source: DataSource & { readonly channel_name?: string }): Html => {
  const { channel_name: channel, s3_uri: uri, compression_type: compression, version_id: version } = source;
  const { sha256, locked_copy_uri: copy } = source;
  return html`<div class="wide"><dt>${channel === undefined ? 'Artifact' : html`Data of channel <code>${channel}</code>`}</dt>
<dd><code>${uri}</code>${version === undefined ? '' : html`, version <code>${version}</code>`}, compression ${compression}${sha256 === undefined ? '' : html`, SHA-256 ${digest(sha256)}`}${copy === undefined ? '' : html`; served from a locked copy, <code>${copy}</code>`}</dd></div>`;
};

const vpc = ({ vpc: network }: ServingSpecification): Html | string =>
  network === undefined
    ? 'None'
    : html`Subnets <code>${network.subnets.join(', ')}</code>, security groups <code>${network.security_group_ids.join(', ')}</code>`;

const capture = ({ data_capture: captured }: ServingSpecification): Html | string =>
  captured === undefined
    ? 'None'
    : html`${captured.capture_modes.join(' and ')} of ${captured.sampling_percentage} % of requests, to <code>${captured.destination_s3_uri}</code>${captured.kms_key_id === undefined ? '' : html`, key <code>${captured.kms_key_id}</code>`}`;

const tags = ({ tags: set = {} }: ServingSpecification): Html | string => {
  const sorted = Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0
    ? 'None'
    : html`<ul>${sorted.map(([key, value]) => html`<li><code><bdi>${key}</bdi></code> = <code><bdi>${value}</bdi></code></li>`)}</ul>`;
};

const environment = ({ environment: variables }: ServingSpecification, withValues: boolean): Html | string => {
  const sorted = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0
    ? 'None'
    : html`<ul>${sorted.map(([name, value]) => html`<li><code>${name}</code>${withValues ? html` = <code><bdi>${value}</bdi></code>` : ''}</li>`)}</ul>${withValues ? '' : html`<p class="note">The values are for those who approve.</p>`}`;
};
