import { forget } from '../entries.ts'
import { answer, renew } from '../grantor.ts'
import { adopt, deliver, renewalOf, toDrop } from '../holder.ts'
import type { Rules } from '../rules.ts'
import type { Step } from './explore.ts'
import {
  type Bounds,
  copyOf,
  givenUp,
  nameOf,
  type Request,
  type Side,
  sideAt,
  type World,
  withSide,
} from './world.ts'

/** A renewal on its way there, at the grantor, and on its way back. */
export function* renewalSteps(world: World, bounds: Bounds, rules: Rules): Iterable<Step<World>> {
  for (const index of world.sides.keys()) {
    yield* sending(world, index, bounds, rules)
    yield* adopting(world, index, rules)
  }
  for (const request of world.requests) yield* arriving(world, request, bounds, rules)
  yield* answering(world)
}

function* sending(
  world: World,
  index: number,
  bounds: Bounds,
  rules: Rules,
): Iterable<Step<World>> {
  const side = sideAt(world, index)
  const name = nameOf(index)
  if (side.attempt !== 0) {
    yield { label: `${name} gives its renewal up`, world: givenUp(world, index) }
    return
  }
  const underWay = world.requests.filter((other) => other.side === index)
  if (underWay.length >= bounds.requestsUnderWay || side.attempts >= bounds.renewals) return
  const attempt = side.attempts + 1
  const asked = { builder: name, termMs: bounds.termTicks, holdMs: 0 }
  const renewal = renewalOf(side.holder, asked, rules)
  const sent = { ...side, attempt, attempts: attempt, sentAt: side.clock }
  yield {
    label: `${name} sends a renewal`,
    world: {
      ...withSide(world, index, sent),
      requests: [...world.requests, { side: index, attempt, renewal }],
    },
  }
}

function* arriving(
  world: World,
  request: Request,
  bounds: Bounds,
  rules: Rules,
): Iterable<Step<World>> {
  const { side, attempt, renewal } = request
  const requests = world.requests.filter((other) => other !== request)
  const isLate = sideAt(world, side).attempt !== attempt
  const what = `${isLate ? 'an old' : 'the'} renewal of ${nameOf(side)}`
  // Who knows that nothing will come gives up; who does not, later: that differs in nothing.
  const lost = isLate ? world : givenUp(world, side)
  yield { label: `${what} is lost`, world: { ...lost, requests } }

  const newSession = `s${world.sessionsOpened}`
  const arrival = { renewal, arm: 'arm', newSession, now: world.now }
  const { grantor, held } = renew(world.grantor, arrival, rules)
  if (grantor.sessions.size > bounds.sessions) return
  const others = world.held.filter((other) => other.side !== side)
  const arrived = {
    ...world,
    grantor,
    sessionsOpened: world.sessionsOpened + 1,
    held: isLate ? world.held : [...others, { side, attempt, held }],
  }
  yield { label: `${what} arrives`, world: { ...arrived, requests } }
  const { duplicates } = world.left
  if (duplicates === 0) return
  const left = { ...world.left, duplicates: duplicates - 1 }
  yield { label: `${what} arrives, and will once more`, world: { ...arrived, left } }
}

function* answering(world: World): Iterable<Step<World>> {
  for (const waiting of world.held) {
    const { side, attempt, held } = waiting
    const reply = { side, attempt, reply: answer(world.grantor, held) }
    yield {
      label: `the grantor answers ${nameOf(side)}`,
      world: {
        ...world,
        held: world.held.filter((other) => other !== waiting),
        replies: [...world.replies, reply],
      },
    }
  }
}

function* adopting(world: World, index: number, rules: Rules): Iterable<Step<World>> {
  const side = sideAt(world, index)
  const name = nameOf(index)
  if (side.holder.delivered !== undefined) {
    yield {
      label: `${name} drops what is named`,
      world: withSide(world, index, adopted(side, rules)),
    }
    return
  }
  const times = { sentAt: side.sentAt, receivedAt: side.clock }
  for (const { side: to, reply } of world.replies) {
    if (to !== index) continue
    const reached = { ...side, holder: deliver(side.holder, reply, times, rules) }
    // One step in a holder that acknowledges what it has dropped.
    const next = rules.dropBeforeAcknowledging ? adopted(reached, rules) : reached
    yield {
      label: `the answer reaches ${name}`,
      world: givenUp(withSide(world, index, next), index),
    }
  }
}

function adopted(side: Side, rules: Rules): Side {
  const entries = copyOf(side.entries)
  forget(entries, toDrop(side.holder, rules))
  return { ...side, entries, holder: adopt(side.holder) }
}
