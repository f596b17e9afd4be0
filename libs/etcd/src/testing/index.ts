export { describeKeyValueStore } from './suite.ts'
