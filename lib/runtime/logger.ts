import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs. Ids only: no link, no token, no name, no evidence goes into a log. */
export const logger = new Logger({ serviceName: 'assay' });
