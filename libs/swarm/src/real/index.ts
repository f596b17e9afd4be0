export { startHunterPool } from './hunter-pool.ts'
export { startThreadPool } from './thread-pool.ts'
