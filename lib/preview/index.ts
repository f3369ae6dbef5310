export { type ConstructPath, ConstructPaths } from '../terraform/construct-path';
export { type Action, type Counts, Plan, PlanFormatError, type ResourceChange, readPriorState } from '../terraform/plan';
export { html } from './html';
export { MARKDOWN_BUDGET, markdown } from './markdown';
export type { Rename } from './renames';
export {
  type Attribute,
  createReport,
  type Entry,
  type Group,
  type OutputEntry,
  type Report,
  type ReportedVerdict,
  type ReportOptions,
  type Risk,
} from './report';
export { sarif } from './sarif';
