export { blockOrder } from './block-order.ts'
export { distribution } from './distribution.ts'
export { assumedSpread, detectable, pairsToDetect } from './power.ts'
export { quantile } from './quantile.ts'
export { quantileInterval } from './quantile-interval.ts'
export { ruleOfThree, wilson } from './rate.ts'
export {
  compareRatios,
  mostMorePairs,
  type Pair,
  type RatioComparison,
} from './ratio-comparison.ts'
export { signFlip } from './sign-flip.ts'
export { tQuantile } from './student-t.ts'
export { type TInterval, tInterval } from './t-interval.ts'
export { compareUnpaired, type UnpairedRatio } from './unpaired-ratio.ts'
