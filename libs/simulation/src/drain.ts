import { setImmediate } from 'node:timers'
import { setFlagsFromString } from 'node:v8'

/**
 * Ways to run all promise jobs between two events, however long the chain of promises is; awaiting a fixed number of
 * times would not be sound. Node has no public one but to let its event loop come round, which takes microseconds.
 *
 * - `checkpoint`: V8's own, which only its test syntax names
 * - `tick`: what Node does after each callback, by a deprecated name
 * - `turn`: a turn of the event loop
 */
export type Drain = 'checkpoint' | 'tick' | 'turn'

/** Undefined where the drain is not to be had without a turn of the event loop. */
export type RunJobs = (() => void) | undefined

/**
 * The named drain, or the quickest that works here. To be called where no promise job is under way: within one, those
 * of the others do nothing.
 */
export function chooseDrain(name: Drain | undefined): RunJobs {
  if (name === 'turn') return undefined
  const candidates = name === undefined ? [checkpoint, tick] : [name === 'tick' ? tick : checkpoint]
  const found = candidates.find(works)
  if (found === undefined && name !== undefined) throw new Error(`this Node has no drain ${name}`)
  return found
}

/** Resolves when the event loop has come round, and no promise job is left. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const checkpoint = compileCheckpoint()
const tick: RunJobs = (process as { _tickCallback?: () => void })._tickCallback

function compileCheckpoint(): RunJobs {
  setFlagsFromString('--allow-natives-syntax')
  try {
    return new Function('%PerformMicrotaskCheckpoint()') as () => void
  } catch {
    return undefined
  } finally {
    setFlagsFromString('--no-allow-natives-syntax')
  }
}

function works(runJobs: RunJobs): boolean {
  let hasRun = false
  void Promise.resolve().then(() => {
    hasRun = true
  })
  runJobs?.()
  return hasRun
}
