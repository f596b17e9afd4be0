import { createEntries } from '../entries.ts'
import { startGrantor } from '../grantor.ts'
import { emptyHolder } from '../holder.ts'
import type { Rules } from '../rules.ts'
import type { Step } from './explore.ts'
import {
  type Bounds,
  givenUp,
  nameOf,
  notRevoked,
  type Revocation,
  sideAt,
  termsOf,
  type World,
  withSide,
} from './world.ts'

/** A new process under the old name: it remembers nothing, and nobody answers it yet. */
export function* restarts(world: World): Iterable<Step<World>> {
  const left = { ...world.left, restarts: world.left.restarts - 1 }
  if (left.restarts < 0) return
  for (const index of world.sides.keys()) {
    const side = { ...sideAt(world, index), holder: emptyHolder, entries: createEntries() }
    yield {
      label: `${nameOf(index)} dies, and starts anew`,
      world: {
        ...givenUp(withSide(world, index, side), index),
        questions: world.questions.filter((other) => other.side !== index),
        left,
      },
    }
  }
}

/** What is on the wire stays there; what the grantor knew is gone. */
export function* crash(world: World, bounds: Bounds, rules: Rules): Iterable<Step<World>> {
  const left = { ...world.left, crashes: world.left.crashes - 1 }
  if (left.crashes < 0) return
  const id = `g${bounds.crashes - left.crashes}`
  const terms = termsOf(bounds)
  const start = { id, terms, now: world.now, earlierMs: terms.longestMs }
  yield {
    label: 'the grantor crashes, and starts anew',
    world: {
      ...world,
      grantor: startGrantor(start, rules),
      held: [],
      questions: world.questions.filter(({ stage }) => stage === 'answered'),
      revocations: world.revocations.map(interrupted),
      left,
    },
  }
}

function interrupted(revocation: Revocation): Revocation {
  if (revocation.stage === 'intended') return notRevoked
  return revocation.stage === 'committed' ? { ...revocation, stage: 'unheard' } : revocation
}
