import type { EventType, HistoryEvent } from '@keyrace/contracts'
import type { RunRecord } from '../record.ts'

/** A refusal is an answer that is known: an operation of Jepsen's that failed. */
const types = {
  invoke: 'invoke',
  ok: 'ok',
  denied: 'fail',
  fail: 'fail',
  info: 'info',
} as const satisfies Record<EventType, string>

const nsPerMs = 1e6

/**
 * One operation of a Jepsen history a line, as JSON, with times in nanoseconds. A process of ours does several things
 * at once, and each of Jepsen's only one: operations are processes here, and faults are the nemesis.
 */
export function jepsenHistory({ history }: RunRecord): string {
  const processes = new Map<string, number>()
  return history.map((row, index) => `${JSON.stringify(operation(row, index))}\n`).join('')

  function operation(row: HistoryEvent, index: number) {
    const { t, f, op, type, idx, proc, ...value } = row
    return {
      index,
      time: Math.round(t * nsPerMs),
      process: f === 'fault' ? 'nemesis' : processOf(`${f} ${op}`),
      type: types[type],
      f,
      value: { op, client: proc, ...(type === 'denied' && { denied: true }), ...said(value) },
    }
  }

  function processOf(name: string): number {
    const process = processes.get(name) ?? processes.size
    processes.set(name, process)
    return process
  }
}

/** Without what a row does not say. */
export function said(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
}
