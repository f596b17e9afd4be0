import type { Attempt, History, Operation } from '@keyrace/checker'
import type { HistoryEvent } from '@keyrace/contracts'
import { duration } from '../../../quantities.ts'
import { words } from '../../../words.ts'

export const kinds = ['push', 'mutation', 'removal', 'fault'] as const
export const outcomes = ['ok', 'denied', 'fail', 'info'] as const

/** Where mutations are drawn, and what befalls no builder in particular. */
export const controllerLane = 'controller'

/** An operation with its place in the picture. */
export interface Bar {
  readonly kind: (typeof kinds)[number]
  readonly outcome: (typeof outcomes)[number]
  readonly lane: string
  readonly fromMs: number
  /** Where nobody knows how it ended: when somebody last wrote of it. */
  readonly toMs: number
  /** When a push was shown the refs. */
  readonly admittedMs: number | null
  /** What there is to say of it, by name. */
  readonly facts: Readonly<Record<string, string>>
  /** `idx` of its rows. */
  readonly events: readonly number[]
  readonly push: Operation | undefined
}

/** In order of time, without what stood before anything began. */
export function barsOf(
  { attempts, mutations, removals }: History,
  history: readonly HistoryEvent[],
): readonly Bar[] {
  const severalArms = new Set(attempts.map(({ push }) => push.arm)).size > 1
  const laneOf = ({ arm, replica }: Pick<Operation, 'arm' | 'replica'>, otherwise: string) =>
    replica === null ? otherwise : severalArms ? `${arm} ${replica}` : replica
  return [
    ...attempts.map((attempt) => pushBar(attempt, laneOf(attempt.push, controllerLane))),
    ...mutations
      .filter(({ proc }) => proc !== 'fixture')
      .map((mutation) => operationBar('mutation', mutation, controllerLane)),
    ...removals.map((removal) => operationBar('removal', removal, laneOf(removal, 'reaper'))),
    ...faultsIn(history).map((rows) => faultBar(rows, laneOf(rows[0], controllerLane))),
  ].toSorted((a, b) => a.fromMs - b.fromMs)
}

function operationBar(kind: Bar['kind'], operation: Operation, lane: string): Bar {
  const { type, inv, lastRowAt, events } = operation
  return {
    kind,
    outcome: type,
    lane,
    fromMs: inv,
    toMs: lastRowAt,
    admittedMs: null,
    facts: factsOf(operation),
    events,
    push: undefined,
  }
}

function pushBar({ push, admission, commit }: Attempt, lane: string): Bar {
  const { source, copyAgeMs, authRevision } = admission ?? push
  return {
    ...operationBar('push', push, lane),
    admittedMs: admission?.type === 'ok' ? admission.cmp : null,
    facts: {
      ...factsOf(push),
      ...said('decided by', source),
      ...said('copy was', copyAgeMs === null ? null : `${duration(copyAgeMs)} old`),
      ...said('as of revision', authRevision),
    },
    events: [...push.events, ...(admission?.events ?? []), ...(commit?.events ?? [])],
    push,
  }
}

function factsOf({ f, op, app, generation, user, key, ref, revision, reason }: Operation) {
  return {
    what: words(f),
    operation: op,
    ...said('app', app === null || generation === null ? app : `${app}, generation ${generation}`),
    ...said('user', user),
    ...said('key', key),
    ...said('ref', ref),
    ...said('revision', revision),
    ...said('reason', reason),
  }
}

function said(name: string, value: string | number | null): Record<string, string> {
  return value === null ? {} : { [name]: String(value) }
}

type Rows = readonly [HistoryEvent, ...HistoryEvent[]]

function faultsIn(history: readonly HistoryEvent[]): readonly Rows[] {
  const rows = history.filter(({ f }) => f === 'fault')
  return [...Map.groupBy(rows, ({ op }) => op).values()] as unknown as Rows[]
}

function faultBar(rows: Rows, lane: string): Bar {
  const [first] = rows
  return {
    kind: 'fault',
    outcome: 'ok',
    lane,
    fromMs: first.t,
    toMs: rows.at(-1)?.t ?? first.t,
    admittedMs: null,
    facts: { what: 'fault', operation: first.op, ...said('fault', first.reason) },
    events: rows.map(({ idx }) => idx),
    push: undefined,
  }
}
