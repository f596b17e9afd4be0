export { withQuirks } from './deis-lookup.ts'
export type {
  AppsThen,
  AuthorizationRequest,
  Decision,
  DenialCode,
  Identification,
  KeyLookup,
  OfferedKey,
} from './key-lookup.ts'
export { isStrategyName, type StrategyName, strategies } from './strategies/index.ts'
export {
  type Knob,
  type Neighbour,
  neighbours,
  type Strategy,
  type StrategyDeps,
  settle,
} from './strategy.ts'
