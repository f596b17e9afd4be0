export { type Conviction, judgeAsBlackBox } from './black-box.ts'
export { evidenceLies, type Lie } from './evidence-lies.ts'
export {
  checkExactly,
  type ExactOptions,
  type ExactVerdict,
  type Violation,
} from './exact/check.ts'
export type { Settlement, Settlements } from './exact/mutations.ts'
export { compareWithBruteForce } from './exact/proof/differential.ts'
export { type CheckerMutant, checkerMutants } from './exact/proof/mutants.ts'
export { createExactStream, type ExactStream, type StreamOptions } from './exact/stream.ts'
export {
  type Bounds,
  type Level,
  type LevelName,
  levels,
  type Scope,
  type Terms,
  termsOf,
  uniform,
} from './exact/terms.ts'
export { type Attempt, type History, type Operation, readHistory } from './history.ts'
export {
  type CodedRow,
  type Columns,
  createHistory,
  type HistoryColumns,
  operationCode,
  typeCode,
} from './history-columns.ts'
export { fromEvents, fromJsonLines, toJsonLines } from './history-lines.ts'
export { invariants } from './invariants/index.ts'
export type { Finding, Invariant } from './invariants/invariant.ts'
export {
  type AccusedArm,
  type JudgedFinding,
  type Judgement,
  judge,
  type Trial,
} from './judge.ts'
export { createRights } from './rights.ts'
export type { Span } from './spans.ts'
export { duration, seconds } from './story.ts'
