import * as local from '../../../local/on-call.ts';
import { endpoints } from './world.ts';

export const onCallTopics = () => local.onCallTopics(endpoints.awsEndpoint);

export const subscriber = (topicArn: string, queueName: string) =>
  local.subscriber(endpoints.awsEndpoint, topicArn, queueName);
