import type { Clock } from '@keyrace/environment'

/** The right to be the only one of this process at work on something. */
export interface Turn {
  pass(): void
}

/** First come, first served, within one process. */
export interface Turns {
  /** Undefined when no turn came within `waitMs`, or the queue was full. */
  take(name: string, waitMs: number): Promise<Turn | undefined>
}

/** Keeps contenders of one process from polling the disk against each other. */
export function createTurns(deps: { readonly clock: Clock; readonly longestQueue: number }): Turns {
  const queues = new Map<string, Array<(turn: Turn) => void>>()

  return {
    async take(name, waitMs) {
      const queue = queues.get(name)
      if (queue === undefined) {
        queues.set(name, [])
        return turnOf(name)
      }
      return queue.length < deps.longestQueue ? waitIn(queue, waitMs) : undefined
    },
  }

  function turnOf(name: string): Turn {
    let passed = false
    return {
      pass() {
        if (passed) return
        passed = true
        const next = queues.get(name)?.shift()
        if (next === undefined) queues.delete(name)
        else next(turnOf(name))
      },
    }
  }

  function waitIn(queue: Array<(turn: Turn) => void>, waitMs: number): Promise<Turn | undefined> {
    return new Promise((resolve) => {
      const cancel = deps.clock.timer(waitMs, () => {
        queue.splice(queue.indexOf(myTurn), 1)
        resolve(undefined)
      })
      const myTurn = (turn: Turn) => {
        cancel()
        resolve(turn)
      }
      queue.push(myTurn)
    })
  }
}
