import { setImmediate } from 'node:timers'

/** Returns when no promise job is left to run: whatever the last event led to has happened. */
export type Drain = () => Promise<void>

/**
 * One turn of the event loop. Node empties the microtask queue before it comes round, however long
 * the chain of promises is; awaiting a fixed number of times would not be sound.
 */
export const drainByTurn: Drain = () => new Promise((resolve) => setImmediate(resolve))
