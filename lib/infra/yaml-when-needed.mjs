/**
 * The parser of documents, as bundles of doors have it: loaded from beside the bundle (`yaml.cjs`) when the first document is read.
 * Most requests read none, and a sixth of what a cold start would parse is this. The bundler puts it in the place of `yaml`.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
let parser;
const yaml = () => {
  parser ??= load('./yaml.cjs');
  return parser;
};

export const isAlias = (node) => yaml().isAlias(node);
export const isCollection = (node) => yaml().isCollection(node);
export const isMap = (node) => yaml().isMap(node);
export const isScalar = (node) => yaml().isScalar(node);
export const isSeq = (node) => yaml().isSeq(node);
export const parseDocument = (text, options) => yaml().parseDocument(text, options);

// What `new` makes of these is what they return.
export function Lexer() {
  return new (yaml().Lexer)();
}
export function LineCounter() {
  return new (yaml().LineCounter)();
}
