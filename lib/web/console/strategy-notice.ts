/** That an order waits for a strategy to end, by when it does, and how a person ends it sooner. */
import { html } from 'hono/html';
import { commandToEndBy, type StrategyUnderWay } from '../../domain/serving/strategy-under-way.ts';
import { type Html, time } from '../parts/layout.ts';
import { releasePath } from './frame.ts';

export const strategyNotice = (strategy: StrategyUnderWay | undefined): Html | string => {
  if (strategy === undefined) return '';
  const { releaseId, modelVersion, endsBy, alarms } = strategy;
  const [alarm] = alarms;
  return html`<section class="notice" aria-labelledby="strategy"><h2 id="strategy">An order waits for a deployment to end</h2>
<p>A strategy brings traffic to <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a>. That ends by ${time(endsBy)}; SageMaker takes no other order before.</p>
${alarm === undefined ? html`<p>It has no alarm: nothing ends it sooner.</p>` : html`<p>To end it now, and send all traffic back to what serves now, set one of its alarms (<bdi>${alarms.join(', ')}</bdi>):</p><p><code>${commandToEndBy(alarm)}</code></p>`}</section>`;
};
