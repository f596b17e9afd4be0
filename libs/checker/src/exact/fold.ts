import type { Mutation } from './mutation.ts'
import { createRegister, extend, type Register } from './register.ts'
import type { Rules } from './rules.ts'
import type { Terms } from './terms.ts'
import { createTripleIndex, type TripleIndex } from './triple-index.ts'

/** The registers, each made when it is first asked for and brought up to date when it is asked again. */
export interface Fold {
  /** The next mutation in commit order, with the time before which nobody can have seen it. */
  release(mutation: Mutation, begin: number): void
  /** One that may have happened. */
  suspect(mutation: Mutation): void
  /** By its number in the index of (user, key, app). */
  register(number: number): Register
  /**
   * Forgets of the mutations up to a revision all that no longer matters to a state after it: what a register holds is
   * then bounded by what has happened since.
   */
  forget(upTo: number): void
}

/** What happened to one key, one grant or one app. */
interface Source {
  released: Released[]
  readonly loose: Mutation[]
}

interface Released {
  readonly mutation: Mutation
  readonly begin: number
}

interface Entry {
  readonly register: Register
  readonly pusher: number
  readonly sources: readonly Source[]
  /** How much of each source the register holds. */
  readonly taken: number[]
  /** How many mutations had been released when it was last brought up to date. */
  asOf: number
}

export function createFold(index: TripleIndex, terms: Terms, rules: Rules): Fold {
  const numbers = createTripleIndex()
  const sources: Source[] = []
  let entries: (Entry | undefined)[] = []
  let released = 0

  return {
    release(mutation, begin) {
      released++
      sourceOf(mutation).released.push({ mutation, begin })
    },
    suspect(mutation) {
      sourceOf(mutation).loose.push(mutation)
      entries = []
    },
    register(number) {
      let entry = entries[number]
      if (entry === undefined) {
        entry = createEntry(...index.at(number))
        entries[number] = entry
      }
      if (entry.asOf !== released) {
        bringUpToDate(entry, terms, rules)
        entry.asOf = released
      }
      return entry.register
    },
    forget(upTo) {
      for (const source of sources) source.released = remembered(source.released, upTo)
      entries = []
    },
  }

  function createEntry(user: number, key: number, app: number): Entry {
    const own = [
      sourceAt(kinds.key, user, key),
      sourceAt(kinds.grant, user, app),
      sourceAt(kinds.app, app, 0),
    ]
    const loose = rules.unknownMayHaveHappened ? own.flatMap((source) => source.loose) : []
    return {
      register: createRegister(loose, rules),
      pusher: user,
      sources: own,
      taken: own.map(() => 0),
      asOf: -1,
    }
  }

  function sourceOf({ f, user, key, app }: Mutation): Source {
    switch (f) {
      case 'addKey':
      case 'removeKey':
        return sourceAt(kinds.key, user, key)
      case 'grant':
      case 'revokeGrant':
        return sourceAt(kinds.grant, user, app)
      default:
        return sourceAt(kinds.app, app, 0)
    }
  }

  function sourceAt(kind: number, a: number, b: number): Source {
    const number = numbers.of(kind, a, b)
    const source = sources[number] ?? { released: [], loose: [] }
    sources[number] = source
    return source
  }
}

const kinds = { key: 0, grant: 1, app: 2 }

/** Merges the sources by revision, from where the register stands. */
function bringUpToDate(entry: Entry, terms: Terms, rules: Rules): void {
  for (let revision = nextRevision(entry); revision < Number.POSITIVE_INFINITY; ) {
    const released = takeAll(entry, revision)
    const begin = released.reduce((latest, one) => Math.max(latest, one.begin), earliest)
    const writes = released.map(({ mutation }) => mutation)
    extend(entry.register, writes, entry.pusher, { terms, rules, begin })
    revision = nextRevision(entry)
  }
}

const earliest = Number.NEGATIVE_INFINITY

function nextRevision({ sources, taken }: Entry): number {
  let next = Number.POSITIVE_INFINITY
  for (let place = 0; place < sources.length; place++) {
    const head = sources[place]?.released[taken[place] as number]
    if (head !== undefined && head.mutation.revision < next) next = head.mutation.revision
  }
  return next
}

function takeAll({ sources, taken }: Entry, revision: number): Released[] {
  const all: Released[] = []
  for (const [place, { released }] of sources.entries()) {
    let at = taken[place] as number
    for (; released[at]?.mutation.revision === revision; at++) all.push(released[at] as Released)
    taken[place] = at
  }
  return all
}

/** From the last creation on, where it is an app; else from the last write on. */
function remembered(released: Source['released'], upTo: number): Source['released'] {
  const old = released.filter(({ mutation }) => mutation.revision <= upTo)
  const isBeginning = ({ mutation: { f } }: Released) => f !== 'deleteApp' && f !== 'transferApp'
  return released.slice(Math.max(0, old.findLastIndex(isBeginning)))
}
