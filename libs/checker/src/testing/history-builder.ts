import { blankEvent, type EventType, type HistoryEvent, type Operation } from '@keyrace/contracts'

type Outcome = Exclude<EventType, 'invoke'>
type Facts = Partial<Omit<HistoryEvent, 'idx' | 't' | 'type' | 'f' | 'op'>>

/** From invoke to completion, in milliseconds. */
export type When = readonly [inv: number, cmp: number]

/** What to say of a push; the rest is alice pushing to `blue#1` through builder-1, with success. */
export interface PushStory extends Facts {
  readonly at: When
  readonly outcome?: Outcome
  /** By default the push was admitted when it was half through, unless it was denied then. */
  readonly admission?: Outcome | 'unseen'
  /** No commit unless it is given. */
  readonly commit?: When
  /** The sha that its refs showed. */
  readonly advertised?: string
}

export interface ReapStory extends Facts {
  readonly at: When
  readonly outcome?: Outcome
  readonly held?: { readonly ref: string; readonly new: string }
}

export const beforeTheRun: When = [0, 1]
const pusher = { replica: 'builder-1', user: 'alice', key: 'k-alice', app: 'blue', generation: 1 }
const blank = { ...blankEvent, proc: 'operator' } as const

export type HistoryBuilder = ReturnType<typeof history>

/** Hand-made histories of one arm: `history().app('blue', 1, 'alice').key('alice').push({ at: [10, 20] })`. */
export function history(arm = 'poll') {
  const rows: Omit<HistoryEvent, 'idx'>[] = []
  let pushes = 0

  const builder = {
    app(app: string, generation: number, owner: string, at = beforeTheRun) {
      return builder.mutation('createApp', { app, generation, user: owner }, at)
    },
    /** By default `k-alice` is alice's. */
    key(user: string, key = `k-${user}`, at = beforeTheRun) {
      return builder.mutation('addKey', { user, key }, at)
    },
    mutation(f: Operation, facts: Facts, at: When, outcome: Outcome = 'ok') {
      const [inv, cmp] = at
      const proc = at === beforeTheRun ? 'fixture' : 'operator'
      const operation = { ...blank, proc, ...facts, f, op: `${f}-${rows.length}` }
      return builder.rows(
        { ...operation, t: inv, type: 'invoke' },
        { ...operation, t: cmp, type: outcome },
      )
    },
    push({ at, outcome = 'ok', admission, commit, advertised, ...facts }: PushStory) {
      const [inv, cmp] = at
      const seen = admission ?? (outcome === 'denied' ? 'denied' : 'ok')
      const seenAt = seen === 'ok' ? (inv + cmp) / 2 : cmp
      const push = { ...blank, ...pusher, arm, ref: 'refs/heads/main', ...facts }
      const { replica, app, generation, ref } = push
      const proc = `${arm}/${replica}/client`
      const op = `push-${++pushes}`
      const span = (f: Operation, [from, to]: When, type: Outcome) => {
        const operation = { ...push, proc, f, op }
        builder.rows({ ...operation, t: from, type: 'invoke' }, { ...operation, t: to, type })
      }
      span('push', at, outcome)
      if (seen !== 'unseen') span('admission', [inv, seenAt], seen)
      if (commit !== undefined) span('commit', commit, 'ok')
      if (advertised !== undefined) {
        const tip = { ref, new: advertised }
        builder.read({ app, generation, tip, at: seenAt, op: `${op}/advertised`, replica })
      }
      return builder
    },
    /** A look at a repository: one tip, or none where it held no ref. */
    read(story: {
      readonly at: number
      readonly app?: string | null
      readonly generation?: number | null
      readonly tip?: { readonly ref: string | null; readonly new: string }
      readonly op?: string
      readonly replica?: string | null
    }) {
      const { at, tip, op = `read-${rows.length}`, ...facts } = story
      const { app, generation } = pusher
      const repository = { ...blank, proc: 'observer', arm, app, generation, ...facts, ...tip }
      return builder.rows({ ...repository, t: at, type: 'ok', f: 'readRefs', op })
    },
    /** A removal of `blue#1`, unless said otherwise, and what the repository held then. */
    reap({ at: [inv, cmp], outcome = 'ok', held, ...facts }: ReapStory) {
      const op = `reap-${rows.length}`
      const { app, generation } = pusher
      const removal = { ...blank, arm, replica: 'reaper-1', app, generation, ...facts, op }
      if (held !== undefined) builder.read({ at: inv, tip: held, ...facts, op: `${op}/held` })
      return builder.rows(
        { ...removal, f: 'reap', t: inv, type: 'invoke' },
        { ...removal, f: 'reap', t: cmp, type: outcome },
      )
    },
    /** An observer finds the repository of `blue#1`, unless said otherwise. */
    find({ at, ...facts }: { readonly at: number } & Facts) {
      const { app, generation } = pusher
      const found = { ...blank, proc: 'observer', arm, app, generation, ...facts }
      return builder.rows({
        ...found,
        t: at,
        type: 'ok',
        f: 'findRepository',
        op: `f${rows.length}`,
      })
    },
    rows(...added: Omit<HistoryEvent, 'idx'>[]) {
      rows.push(...added)
      return builder
    },
    /** The rows in order of time. */
    events(): HistoryEvent[] {
      return rows.toSorted((a, b) => a.t - b.t).map((row, idx) => ({ idx, ...row }))
    },
  }
  return builder
}
