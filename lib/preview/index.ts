export { type ConstructPath, ConstructPaths } from '../terraform/construct-path';
export { type Action, type Counts, Plan, PlanFormatError, priorState, type ResourceChange } from '../terraform/plan';
export { html } from './html';
export { MARKDOWN_BUDGET, markdown } from './markdown';
export { redactedMessage } from './redacted-message';
export type { Rename } from './renames';
export {
  type Attribute,
  type Entry,
  type Group,
  type OutputEntry,
  type Report,
  type ReportedVerdict,
  type ReportOptions,
  type Risk,
  reportOf,
} from './report';
export { sarif } from './sarif';
