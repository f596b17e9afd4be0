export { distribution } from './distribution.ts'
export { quantile } from './quantile.ts'
