import { rememberAllowed } from '../entries.ts'
import { fillFor } from '../grantor.ts'
import { mayRemember } from '../holder.ts'
import type { Rules } from '../rules.ts'
import type { Step } from './explore.ts'
import {
  type Bounds,
  copyOf,
  isStanding,
  nameOf,
  type Question,
  rightAt,
  sideAt,
  type World,
  withSide,
} from './world.ts'

/** A question is stamped by the grantor, read from the database, answered, and the answer remembered. */
export function* questionSteps(world: World, bounds: Bounds, rules: Rules): Iterable<Step<World>> {
  for (const index of world.sides.keys()) yield* asking(world, index, bounds)
  for (const question of world.questions) {
    const others = world.questions.filter((other) => other !== question)
    const without = { ...world, questions: others }
    yield { label: `the answer about right ${question.right} is lost`, world: without }
    if (question.stage === 'stamped') yield* reading(without, question, rules)
    if (question.stage === 'read') yield* leaving(without, question, rules)
    if (question.stage === 'answered') yield* remembering(without, question, rules)
  }
}

function* asking(world: World, index: number, bounds: Bounds): Iterable<Step<World>> {
  const side = sideAt(world, index)
  if (side.holder.session === null || side.asked >= bounds.questions) return
  if (world.questions.some((other) => other.side === index)) return
  const asked = withSide(world, index, { ...side, asked: side.asked + 1 })
  for (const right of world.revocations.keys()) {
    const stamped = { side: index, right, before: world.grantor, stage: 'stamped' } as const
    yield {
      label: `${nameOf(index)} asks about right ${right}, and the grantor stamps it`,
      world: { ...asked, questions: [...world.questions, { ...stamped, fill: undefined }] },
    }
  }
}

/** That a right is gone is not remembered: such an answer has no effect. */
function* reading(world: World, question: Question, rules: Rules): Iterable<Step<World>> {
  const { right } = question
  if (!isStanding(world.revocations[right])) return
  const read = { ...question, stage: 'read' } as const
  // Without this rule it matters when the answer leaves.
  const next = rules.stampBeforeReading ? answered(world, read, rules) : read
  if (next === undefined) return
  yield {
    label: `right ${right} is read from the database: it stands`,
    world: { ...world, questions: [...world.questions, next] },
  }
}

function* leaving(world: World, question: Question, rules: Rules): Iterable<Step<World>> {
  const next = answered(world, question, rules)
  if (next === undefined) return
  yield {
    label: `the answer about right ${question.right} leaves`,
    world: { ...world, questions: [...world.questions, next] },
  }
}

/** Undefined where it may not be remembered. */
function answered(world: World, question: Question, rules: Rules): Question | undefined {
  const { before, right } = question
  const { app, user, fingerprint } = rightAt(right)
  const subjects = [
    { kind: 'key', fingerprint },
    { kind: 'app', app },
    { kind: 'grant', app, user },
    { kind: 'user', user },
  ] as const
  const fill = fillFor({ before, after: world.grantor }, subjects, rules)
  return fill && { ...question, stage: 'answered', fill }
}

function* remembering(
  world: World,
  { side: index, right, fill }: Question,
  rules: Rules,
): Iterable<Step<World>> {
  const side = sideAt(world, index)
  if (fill === undefined || !mayRemember(side.holder, fill, rules)) return
  const entries = copyOf(side.entries)
  const origin = { epoch: 'e', revision: 0, askedAt: 0 }
  rememberAllowed(entries, rightAt(right), origin, Number.POSITIVE_INFINITY)
  yield {
    label: `${nameOf(index)} remembers right ${right}`,
    world: withSide(world, index, { ...side, entries }),
  }
}
