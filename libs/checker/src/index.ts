export { invariants } from './invariants/index.ts'
export type { Finding, Invariant } from './invariants/invariant.ts'
export {
  type AccusedArm,
  type JudgedFinding,
  type Judgement,
  judge,
  type Trial,
} from './judge.ts'
