import { Question as GateQuestion } from '../../../lambdas/serve-gate/app.ts';
import { Page, QuestionBody } from '../../../lambdas/serve-questions/app.ts';
import { GateReply, QuestionAnswer, QuestionList, QuestionRunning } from '../answers/questions.ts';
import { BODIES } from '../named.ts';
import { ok, type Route } from '../route.ts';

QuestionBody.register(BODIES, { id: 'QuestionBody' });

const [byRelease, byVersion] = GateQuestion.options;
const answered = {
  200: { about: 'the answer', shape: QuestionAnswer },
  202: { about: 'it is under way', shape: QuestionRunning },
};

export const QUESTION_ROUTES: readonly Route[] = [
  {
    ...{ method: 'get', path: '/gate', id: 'askGate', who: 'any role', bySignature: true },
    summary: 'Whether a release may be in production now: `release`, or `model` and `version`',
    query: {
      release: byRelease.shape.release.optional(),
      model: byVersion.shape.model.optional(),
      version: byVersion.shape.version.optional(),
      artifact_sha256: byRelease.shape.artifact_sha256,
    },
    answers: ok(GateReply),
    isFresh: true,
  },
  {
    ...{ method: 'get', path: '/questions', id: 'listQuestions', who: 'any role' },
    summary: 'What the ledger can be asked',
    answers: ok(QuestionList),
    isFresh: true,
  },
  {
    ...{ method: 'post', path: '/questions/{name}', id: 'askQuestion', who: 'any role' },
    summary: 'Ask the ledger',
    body: QuestionBody,
    answers: answered,
    refusals: [404, 409, 502],
    isFresh: true,
  },
  {
    ...{ method: 'get', path: '/questions/runs/{run}', id: 'readRun', who: 'any role' },
    summary: 'The answer to a question that was asked, from a row on',
    query: Page.shape,
    answers: answered,
    refusals: [404, 409, 502],
    isFresh: true,
  },
];
