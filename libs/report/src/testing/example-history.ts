import { blankEvent, type EventType, type HistoryEvent } from '@keyrace/contracts'

type Row = Omit<HistoryEvent, 'idx'>

const races = 12
const raceEveryMs = 2_000
const firstAt = 31_190
const deletionTookMs = 14
const refusalTookMs = 8
const pushTookMs = 38

/** Deletions of apps, and the pushes that three builders of two arms had to decide meanwhile. */
export function exampleHistory(): HistoryEvent[] {
  return Array.from({ length: races }, (_, race) => raceRows(race))
    .flat()
    .toSorted((a, b) => a.t - b.t)
    .map((row, idx) => ({ idx, ...row }))
}

/** The rows that witness the worst of `poll`: the deletion, and the admission long after it. */
export function exampleWitnessRows(): number[] {
  const ops = ['delete-1', 'p0/poll/builder-2/2']
  return exampleHistory()
    .filter(({ op, f }) => ops.includes(op) && (f === 'deleteApp' || f === 'admission'))
    .map(({ idx }) => idx)
}

/** How long after a deletion each builder's copy still had the app. */
const lagsMs = {
  fingerprint: () => 0,
  poll: (race: number, replica: number) => (race * 389 + replica * 271) % 992,
}

function raceRows(race: number): Row[] {
  const app = race === 0 ? 'quiet-otter' : `app-${race}`
  const deletedAt = firstAt + race * raceEveryMs
  const deletion = { proc: 'operator', f: 'deleteApp', op: `delete-${race + 1}`, app } as const
  const rows: Row[] = [
    row({ ...deletion, t: deletedAt, type: 'invoke' }),
    row({ ...deletion, t: deletedAt + deletionTookMs, type: 'ok', revision: 412 + race }),
  ]
  for (const [arm, lagOf] of Object.entries(lagsMs)) {
    for (const replica of [1, 2, 3]) {
      const lagMs = race === 0 && replica === 2 && arm === 'poll' ? 992 : lagOf(race, replica)
      const offsetsMs = [-20, 1 + ((race * 157 + replica * 331) % 1_289), 991]
      for (const [push, offsetMs] of offsetsMs.entries()) {
        const op = `p${race}/${arm}/builder-${replica}/${push}`
        const t = deletedAt + deletionTookMs + offsetMs
        rows.push(
          ...pushRows({ op, arm, replica: `builder-${replica}`, app, t }, offsetMs <= lagMs),
        )
      }
    }
  }
  return rows
}

function pushRows(
  push: { op: string; arm: string; replica: string; app: string; t: number },
  isAllowed: boolean,
): Row[] {
  const common = { ...push, proc: `${push.arm}/${push.replica}/c1`, user: 'ada', key: 'SHA256:x' }
  const end: EventType = isAllowed ? 'ok' : 'denied'
  const doneAt = push.t + (isAllowed ? pushTookMs : refusalTookMs)
  return [
    row({ ...common, f: 'push', type: 'invoke' }),
    row({ ...common, f: 'admission', type: 'invoke' }),
    row({ ...common, f: 'admission', type: end, t: push.t + refusalTookMs }),
    row({ ...common, f: 'push', type: end, t: doneAt }),
  ]
}

function row(given: Pick<Row, 't' | 'proc' | 'type' | 'f' | 'op'> & Partial<Row>): Row {
  return { ...blankEvent, generation: 1, ...given }
}
