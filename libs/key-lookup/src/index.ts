export type {
  AuthorizationRequest,
  Decision,
  DenialCode,
  Identification,
  KeyLookup,
  OfferedKey,
} from './key-lookup.ts'
export { isStrategyName, type StrategyName, strategies } from './strategies/index.ts'
export { type Knob, type Strategy, type StrategyDeps, settle } from './strategy.ts'
