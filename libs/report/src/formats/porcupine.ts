import type { HistoryEvent } from '@keyrace/contracts'
import type { RunRecord } from '../record.ts'
import { said } from './jepsen.ts'

interface PorcupineEvent {
  readonly kind: 'call' | 'return'
  readonly clientId: number
  readonly id: number
  /** The input of a call, the output of a return. */
  readonly value: object
}

/**
 * Porcupine's events, one a line, as JSON: a call and a return have the same `id`. What ended unknown, or not at all,
 * returns when everything is over. What somebody saw, and did not do, is left out.
 */
export function porcupineEvents({ history }: RunRecord): string {
  const open = new Map<string, PorcupineEvent>()
  const clients = new Map<string, number>()
  const events: PorcupineEvent[] = []
  for (const [id, row] of history.entries()) {
    const name = `${row.f} ${row.op}`
    if (row.type === 'invoke') {
      const call = { kind: 'call', clientId: clientOf(row), id, value: factsOf(row) } as const
      open.set(name, call)
      events.push(call)
    } else if (row.type !== 'info') {
      const call = open.get(name)
      if (call !== undefined) events.push({ ...call, kind: 'return', value: factsOf(row) })
      open.delete(name)
    }
  }
  const unknown = [...open.values()].map((call) => ({
    ...call,
    kind: 'return',
    value: { type: 'info' },
  }))
  return [...events, ...unknown].map((event) => `${JSON.stringify(event)}\n`).join('')

  function clientOf({ proc }: HistoryEvent): number {
    const client = clients.get(proc) ?? clients.size
    clients.set(proc, client)
    return client
  }
}

function factsOf({ idx, t, proc, ...row }: HistoryEvent): object {
  return said(row)
}
