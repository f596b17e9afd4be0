import { type LockMode, StoreError } from '../store.ts'

/** Row locks as a database has them: shared or exclusive, first come first served. */
export interface RowLocks {
  /** Resolves once `holder` has the row. Rejects where waiting could never end, with Postgres's code for it. */
  acquire(holder: object, row: string, mode: LockMode): Promise<void>
  releaseAll(holder: object): void
  /** Of those who are dead: what they wait for they never get. */
  releaseDead(holders: ReadonlySet<object>): void
}

interface Waiter {
  readonly holder: object
  readonly mode: LockMode
  readonly granted: () => void
}

interface Row {
  readonly holders: Map<object, LockMode>
  readonly waiters: Waiter[]
}

export function createRowLocks(): RowLocks {
  const rows = new Map<string, Row>()

  return {
    async acquire(holder, name, mode) {
      const row: Row = rows.get(name) ?? { holders: new Map(), waiters: [] }
      rows.set(name, row)
      if (covers(row.holders.get(holder), mode)) return
      // Who holds the row already goes first: those in the queue wait for it to let go anyway.
      const mustQueue = row.waiters.length > 0 && !row.holders.has(holder)
      if (!mustQueue && isFree(row, holder, mode)) {
        row.holders.set(holder, mode)
        return
      }
      if (wouldDeadlock(rows, row, holder)) throw new StoreError('40P01', `deadlock over ${name}`)
      await new Promise<void>((granted) => {
        const waiter = { holder, mode, granted }
        if (mustQueue) row.waiters.push(waiter)
        else row.waiters.unshift(waiter)
      })
    },
    releaseAll(holder) {
      for (const [name, row] of rows) {
        if (!row.holders.delete(holder)) continue
        grantNext(row)
        if (row.holders.size === 0) rows.delete(name)
      }
    },
    releaseDead(dead) {
      for (const [name, row] of rows) {
        const alive = row.waiters.filter(({ holder }) => !dead.has(holder))
        row.waiters.splice(0, row.waiters.length, ...alive)
        for (const holder of dead) row.holders.delete(holder)
        grantNext(row)
        if (row.holders.size === 0) rows.delete(name)
      }
    },
  }
}

function covers(held: LockMode | undefined, wanted: LockMode): boolean {
  return held === 'update' || held === wanted
}

function isFree({ holders }: Row, holder: object, mode: LockMode): boolean {
  for (const [other, held] of holders) {
    if (other !== holder && (mode === 'update' || held === 'update')) return false
  }
  return true
}

function grantNext(row: Row): void {
  for (;;) {
    const [next] = row.waiters
    if (next === undefined || !isFree(row, next.holder, next.mode)) return
    row.waiters.shift()
    row.holders.set(next.holder, next.mode)
    next.granted()
  }
}

/** Whether somebody that `holder` would wait for is waiting, over any number of others, for `holder`. */
function wouldDeadlock(rows: ReadonlyMap<string, Row>, wanted: Row, holder: object): boolean {
  const seen = new Set<object>()
  const ahead = others(wanted, holder)
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (next === holder) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const row of rows.values()) {
      if (row.waiters.some((waiter) => waiter.holder === next)) ahead.push(...others(row, next))
    }
  }
  return false
}

/** Holders, and those who queue: to wait behind any of them is to wait for them. */
function others({ holders, waiters }: Row, waiting: object): object[] {
  const queue = waiters.map(({ holder }) => holder)
  const position = queue.indexOf(waiting)
  const before = position === -1 ? queue : queue.slice(0, position)
  return [...holders.keys(), ...before].filter((other) => other !== waiting)
}
