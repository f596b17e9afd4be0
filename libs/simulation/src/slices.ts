import { setImmediate } from 'node:timers'
import { chooseDrain, type Drain, type RunJobs, turn } from './drain.ts'

export interface SlicesDeps {
  /** Does one thing; false when there is nothing left to do. */
  readonly step: () => boolean
  /** The quickest that works here where none is named. */
  readonly drain: Drain | undefined
  /** Around steps between which nothing else of the process runs. */
  readonly beginSteps: () => void
  readonly endSteps: () => void
  /** After each slice, once Node has said which rejections nobody handles. */
  readonly endSlice: () => void
}

/**
 * After so many steps signals, progress lines and whatever else there is in the process have their turn. Counted and
 * not timed, so that a slice ends where it always does.
 */
const stepsInSlice = 256

const { nextTick } = process

/** Runs step after step, and all promise jobs after each. Rejects with what a step throws. */
export async function runInSlices(deps: SlicesDeps): Promise<void> {
  const runJobs = await asCallback(() => chooseDrain(deps.drain))
  for (let isDone = false; !isDone; ) {
    isDone = await (runJobs === undefined
      ? sliceByTurns(deps)
      : asCallback(() => sliceAtOnce(deps, runJobs)))
    await turn()
    deps.endSlice()
  }
}

/** Whether that was the last one. */
function sliceAtOnce(deps: SlicesDeps, runJobs: NonNullable<RunJobs>): boolean {
  deps.beginSteps()
  try {
    for (let count = 0; count < stepsInSlice; count++) {
      if (!deps.step()) return true
      runJobs()
    }
    return false
  } finally {
    deps.endSteps()
  }
}

async function sliceByTurns({ beginSteps, endSteps, step }: SlicesDeps): Promise<boolean> {
  for (let count = 0; count < stepsInSlice; count++) {
    beginSteps()
    // Node runs this after the promise jobs of the step and before anything else.
    nextTick(endSteps)
    if (!step()) return true
    await turn()
  }
  return false
}

/** Runs it as a callback of the event loop, where no promise job is under way. */
function asCallback<T>(run: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(run())
      } catch (error) {
        reject(error)
      }
    })
  })
}
