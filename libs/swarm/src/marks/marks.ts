import { faultKinds } from '@keyrace/contracts'
import { points } from '@keyrace/environment'
import { overlaps, phaseAt, type SeenPush, type Sight, type Span } from './sight.ts'

/** Something that has to happen sometimes: a search in which it never did has not searched. */
export interface Mark {
  readonly sentence: string
  isIn(sight: Sight): boolean
}

const isAbout =
  (...kinds: Span['row']['f'][]) =>
  ({ row }: Span) =>
    kinds.includes(row.f)

const endings = isAbout('deleteApp', 'revokeGrant', 'removeKey', 'transferApp')
const reasonOf = ({ row }: SeenPush) => row.reason ?? ''
const wasUnavailable = (push: SeenPush) => reasonOf(push).startsWith('unavailable')
const wasDecided = ({ type }: SeenPush) => type === 'ok' || type === 'denied'

/** Kinds of faults after which somebody has to find the controller again. */
const separations = ['cut', 'stall', 'crash', 'crash-without-disk', 'controller-restart']
const reunionMs = 200

const stories = {
  'deletion-between-admission-and-commit': {
    sentence: 'an app was deleted while a push to it was admitted and its refs had not moved',
    isIn: ({ pushes, mutations }) =>
      mutations
        .filter(isAbout('deleteApp'))
        .some(({ to, row }) =>
          pushes.some(
            (push) =>
              push.row.app === row.app &&
              push.admission?.type === 'ok' &&
              ['receive', 'commit'].includes(phaseAt(push, to) ?? ''),
          ),
        ),
  },
  'recreation-inside-push': {
    sentence: 'an app was created again by another owner while a push to it was under way',
    isIn: ({ pushes, mutations, creations }) =>
      mutations
        .filter(isAbout('createApp'))
        .some(
          ({ to, row }) =>
            creations.some(
              (earlier) => earlier.row.app === row.app && earlier.row.user !== row.user,
            ) && pushes.some((push) => push.row.app === row.app && push.from < to && to < push.to),
        ),
  },
  'revocation-during-reconnect': {
    sentence: 'a right ended while a builder had lost its neighbours, or had just found them again',
    isIn: ({ faults, mutations }) =>
      faults
        .filter(({ kind }) => separations.includes(kind))
        .some(({ fromMs, toMs }) =>
          mutations.some(
            (mutation) =>
              endings(mutation) && overlaps(mutation, { from: fromMs, to: toMs + reunionMs }),
          ),
        ),
  },
  'older-answer': {
    sentence: 'a builder decided by an older revision than it had decided by before',
    isIn: ({ pushes }) =>
      [...Map.groupBy(pushes, ({ row }) => row.replica).values()].some((own) => {
        const decisions = own
          .flatMap(({ admission }) => admission ?? [])
          .filter(({ row }) => row.authRevision !== null)
          .toSorted((a, b) => a.to - b.to)
        return decisions.some(
          ({ row }, index) =>
            (row.authRevision ?? 0) < (decisions[index - 1]?.row.authRevision ?? 0),
        )
      }),
  },
  'reap-beside-creation': {
    sentence: 'a repository was removed while its app was created again',
    isIn: ({ removals, mutations }) =>
      removals.some((removal) =>
        mutations.some(
          (mutation) =>
            isAbout('createApp')(mutation) &&
            mutation.row.app === removal.row.app &&
            overlaps(removal, { from: mutation.from - 50, to: mutation.to + 50 }),
        ),
      ),
  },
  'expiry-under-skew': {
    sentence: 'something remembered ran out while a wall clock was off',
    // Nobody who remembers anything looks at a wall clock: that is why it must make no difference.
    isIn: ({ plan, pushes }) =>
      ['ttl-cache', 'lease', 'poll', 'watch', 'file-first'].includes(plan.strategy) &&
      plan.faults
        .filter(({ kind }) => kind === 'clock-skew')
        .some(({ fromMs, toMs }) => {
          const during = pushes.filter((push) => overlaps(push, { from: fromMs, to: toMs }))
          return during.some(({ row, admission }) => {
            const before = pushes.find(
              (other) =>
                other.to < (admission?.from ?? 0) &&
                other.type === 'ok' &&
                other.row.replica === row.replica &&
                other.row.key === row.key &&
                other.row.app === row.app,
            )
            return before !== undefined && admission?.row.source !== before.admission?.row.source
          })
        }),
  },
  'failed-closed': {
    sentence: 'a builder could not decide, said so, and decided again later',
    isIn: ({ pushes }) =>
      pushes.some(
        (closed) =>
          wasUnavailable(closed) &&
          pushes.some(
            (open) =>
              open.row.replica === closed.row.replica && open.from > closed.to && wasDecided(open),
          ),
      ),
  },
  'lease-ran-out': {
    sentence: 'a revocation waited until the lease of a silent builder had run out',
    isIn: ({ plan, waits }) =>
      plan.strategy === 'lease' && waits.some(({ endedBy }) => endedBy === 'expiry'),
  },
  'lease-given-up': {
    sentence: 'a revocation waited until every builder had acknowledged it',
    isIn: ({ plan, waits }) =>
      plan.strategy === 'lease' && waits.some(({ endedBy }) => endedBy === 'acks'),
  },
  'crowded-repository': {
    sentence: 'pushes to one app were under way on two builders at one time',
    isIn: ({ pushes }) =>
      pushes.some((a, index) =>
        pushes
          .slice(index + 1, index + 6)
          .some(
            (b) => a.row.app === b.row.app && a.row.replica !== b.row.replica && overlaps(a, b),
          ),
      ),
  },
} as const satisfies Readonly<Record<string, Mark>>

/** How near the invariants came to being broken, or what shows that they were put to the test. */
const nearMisses = {
  'near:stale-admission': {
    sentence: 'a right was used after its end, within what is claimed',
    isIn: ({ staleWithin }) => staleWithin.revocations > 0,
  },
  'near:stale-reject': {
    sentence: 'a right was not known after its begin, within what is claimed',
    isIn: ({ staleWithin }) => staleWithin.grants > 0,
  },
  'near:late-commit': {
    sentence: 'refs moved after the right to it had ended, where nothing forbids it',
    isIn: ({ staleWithin }) => staleWithin.commits > 0,
  },
  'near:unauthorised-accept': {
    sentence: 'somebody without any right was turned away',
    isIn: ({ pushes }) => pushes.some(({ type }) => type === 'denied'),
  },
  'near:forked-history': {
    sentence: 'two builders moved one ref, the second while the push to the first was under way',
    isIn: ({ pushes }) =>
      pushes.some((a, index) =>
        pushes.slice(index + 1).some((b) => {
          const isSameRef = a.row.app === b.row.app && a.row.ref === b.row.ref
          const isElsewhere = a.row.replica !== b.row.replica
          return isSameRef && isElsewhere && a.type === 'ok' && b.type === 'ok' && overlaps(a, b)
        }),
      ),
  },
  'near:old-code': {
    sentence: 'a new app was pushed to whose name had held code before',
    isIn: ({ pushes }) =>
      pushes.some(
        (push) =>
          push.type === 'ok' &&
          (push.row.generation ?? 1) > 1 &&
          pushes.some(
            (old) =>
              old.type === 'ok' &&
              old.row.app === push.row.app &&
              (old.row.generation ?? 0) < (push.row.generation ?? 0),
          ),
      ),
  },
  'near:live-repository-reaped': {
    sentence: 'the repository of a dead app was removed while the next of its name stood',
    isIn: ({ removals, mutations }) =>
      removals.some((removal) =>
        mutations.some(
          (mutation) =>
            isAbout('createApp')(mutation) &&
            mutation.row.app === removal.row.app &&
            (mutation.row.generation ?? 0) > (removal.row.generation ?? 0) &&
            mutation.to < removal.from,
        ),
      ),
  },
  'near:removed-under-push': {
    sentence: 'a repository was removed while a push to its app was under way',
    isIn: ({ removals, pushes }) =>
      removals.some((removal) =>
        pushes.some((push) => push.row.app === removal.row.app && overlaps(push, removal)),
      ),
  },
  'near:ghost-repository': {
    sentence: 'a push that had been admitted was denied at its commit',
    isIn: ({ pushes }) =>
      pushes.some(({ admission, type }) => admission?.type === 'ok' && type === 'denied'),
  },
  'near:endless-push': {
    sentence: 'a push took longer than five seconds',
    isIn: ({ pushes }) => pushes.some(({ from, to }) => to - from > 5_000),
  },
} as const satisfies Readonly<Record<string, Mark>>

const outcomes = {
  'outcome:ok': outcome('accepted', ({ type }) => type === 'ok'),
  'outcome:denied': outcome(
    'denied',
    ({ type, admission }) => type === 'denied' && admission?.type !== 'ok',
  ),
  'outcome:unavailable': outcome('put off for want of an answer', wasUnavailable),
  'outcome:busy': outcome('put off behind others', (push) => reasonOf(push).startsWith('busy')),
  'outcome:info': outcome(
    'left without an end',
    ({ type }) => type === 'info' || type === undefined,
  ),
} as const satisfies Readonly<Record<string, Mark>>

function outcome(what: string, is: (push: SeenPush) => boolean): Mark {
  return { sentence: `a push was ${what}`, isIn: ({ pushes }) => pushes.some(is) }
}

/** A fault counts once it has touched something. */
const faultMarks = marksOf(faultKinds, (kind, sentence) => ({
  name: `fault:${kind}`,
  mark: { sentence, isIn: ({ faults }) => faults.some((fault) => fault.kind === kind) },
}))

const pointMarks = marksOf(points, (point, sentence) => ({
  name: `held:${point}`,
  mark: {
    sentence: `somebody was held up where ${sentence}`,
    isIn: ({ held }) => (held[point] ?? 0) > 0,
  },
}))

function marksOf(
  registry: Readonly<Record<string, string>>,
  markOf: (name: string, sentence: string) => { readonly name: string; readonly mark: Mark },
): Readonly<Record<string, Mark>> {
  return Object.fromEntries(
    Object.entries(registry).map(([key, sentence]) => {
      const { name, mark } = markOf(key, sentence)
      return [name, mark]
    }),
  )
}

/** All that has to be seen in a search, by name. */
export const marks: Readonly<Record<string, Mark>> = {
  ...stories,
  ...nearMisses,
  ...outcomes,
  ...faultMarks,
  ...pointMarks,
}

export function marksIn(sight: Sight): readonly string[] {
  return Object.entries(marks).flatMap(([name, { isIn }]) => (isIn(sight) ? [name] : []))
}
