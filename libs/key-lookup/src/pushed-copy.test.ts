import type { Change, Delivery, Position } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import { type Answer, type Call, type Clock, type Inbox, sleep } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createCopy } from './copy.ts'
import { createPushedCopy, type PushedCopy } from './pushed-copy.ts'

const rpcMs = 10
const intervalMs = 1_000
const termMs = 2_000

describe('a copy that is brought up to date by calls', () => {
  test('is used from its first registration on, and no longer than it was told', () =>
    withPushedCopy(async ({ pushed, controller, clock }) => {
      expect(pushed.isUsable()).toBe(false)
      const sentAt = clock.now()
      await pushed.start()
      expect(pushed.isUsable()).toBe(true)
      controller.isSilent = true
      await sleep(clock, sentAt + 0.8 * termMs - clock.now() - 0.001)
      expect(pushed.isUsable()).toBe(true)
      await sleep(clock, 0.001)
      expect(pushed.isUsable()).toBe(false)
    }))

  test('is not used after its host has slept for longer than it was told', () =>
    withPushedCopy(async ({ pushed, host, clock }) => {
      await pushed.start()
      host.sleptMs = 0.8 * termMs
      expect(pushed.isUsable()).toBe(false)
      await sleep(clock, intervalMs + 2 * rpcMs)
      expect(pushed.isUsable()).toBe(true)
    }))

  test('takes changes as they are called, and asks for none of them', () =>
    withPushedCopy(async ({ pushed, controller, deliver, position }) => {
      await pushed.start()
      const asked = controller.asked.length
      expect(await deliver(controller.commit(), controller.commit())).toBe(7)
      expect([position(), pushed.isUsable()]).toEqual([at(7), true])
      expect(controller.asked).toHaveLength(asked)
    }))

  test('passes over what it has taken already', () =>
    withPushedCopy(async ({ pushed, controller, deliver, position }) => {
      await pushed.start()
      const [first, second] = [controller.commit(), controller.commit()]
      await deliver(first, second)
      expect(await deliver(first)).toBe(6)
      expect([position(), pushed.isUsable()]).toEqual([at(7), true])
    }))

  test('is not used between a call that tells of a gap and the reading of it', () =>
    withPushedCopy(async ({ pushed, controller, clock, deliver, position }) => {
      await pushed.start()
      controller.commit()
      expect(await deliver(controller.commit())).toBe(7)
      expect([position(), pushed.isUsable()]).toEqual([at(5), false])
      await sleep(clock, 3 * rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(7), true])
    }))

  test('keeps a promise that it gave while it registered', () =>
    withPushedCopy(async ({ pushed, controller, clock, deliver, position }) => {
      await pushed.start()
      await sleep(clock, intervalMs + 2)
      controller.commit()
      expect(await deliver(controller.commit())).toBe(7)
      for (let ms = 0; ms < 5 * rpcMs; ms++) {
        if (pushed.isUsable()) expect(position()).toEqual(at(7))
        await sleep(clock, 1)
      }
      expect(pushed.isUsable()).toBe(true)
    }))

  test('finds out at the next registration what nobody told it', () =>
    withPushedCopy(async ({ pushed, controller, clock, position }) => {
      await pushed.start()
      controller.commit()
      await sleep(clock, intervalMs + 3 * rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(6), true])
    }))

  test.each([
    ['goes on being used while it reads what a renewal shows', 'registration-1', true],
    ['is not used before it has read what a new registration shows', 'registration-2', false],
  ])('%s', (_, registration, isUsable) =>
    withPushedCopy(async ({ pushed, controller, clock, position }) => {
      await pushed.start()
      controller.commit()
      controller.registration = registration
      await sleep(clock, intervalMs + 1.5 * rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(5), isUsable])
      await sleep(clock, rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(6), true])
    }),
  )

  test('is not used once another history has called, until it is of that history', () =>
    withPushedCopy(async ({ pushed, controller, clock, deliver, position }) => {
      await pushed.start()
      controller.restore('epoch-2', 3)
      expect(await deliver(controller.commit(), { epoch: 'epoch-2' })).toBe(4)
      expect(pushed.isUsable()).toBe(false)
      await sleep(clock, 6 * rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(4, 'epoch-2'), true])
    }))

  test('does not believe a registration that a call of another history has overtaken', () =>
    withPushedCopy(async ({ pushed, controller, clock, deliver, position }) => {
      await pushed.start()
      await sleep(clock, intervalMs + 2)
      controller.restore('epoch-2', 3)
      await deliver(controller.commit(), { epoch: 'epoch-2' })
      for (let ms = 0; ms < 6 * rpcMs; ms++) {
        if (pushed.isUsable()) expect(position()).toEqual(at(4, 'epoch-2'))
        await sleep(clock, 1)
      }
      expect(pushed.isUsable()).toBe(true)
    }))

  test('is not lost to a late call of a history that has ended', () =>
    withPushedCopy(async ({ pushed, clock, deliver, position }) => {
      await pushed.start()
      const late = { revision: 9, kind: 'createUser', user: 'x', isAdministrator: true } as const
      await deliver(late, { epoch: 'epoch-0' })
      expect(pushed.isUsable()).toBe(false)
      await sleep(clock, 3 * rpcMs)
      expect([position(), pushed.isUsable()]).toEqual([at(5), true])
    }))

  test('takes leave when it is closed, and closes its inbox', () =>
    withPushedCopy(async ({ pushed, controller, isOpen }) => {
      await pushed.start()
      await pushed.close()
      expect(controller.asked.at(-1)).toBe('registerBuilder for 0 ms')
      expect(isOpen()).toBe(false)
    }))
})

interface FakeController {
  /** What it is asked for, in order. */
  readonly asked: readonly string[]
  isSilent: boolean
  registration: string
  commit(): Change
  restore(epoch: string, revision: number): void
}

interface Setting {
  readonly clock: Clock
  /** Its monotonic clock stood still meanwhile. */
  readonly host: { sleptMs: number }
  readonly pushed: PushedCopy
  readonly controller: FakeController
  /** What the answer to a call with these changes says. */
  deliver(...sent: readonly (Change | Partial<Delivery>)[]): Promise<unknown>
  position(): Position | undefined
  isOpen(): boolean
}

/** Beside a controller at revision 5 that reads at once, and whose answers take a while. */
async function withPushedCopy(use: (setting: Setting) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const { controller, client } = createFakeController(clock)
    const { inbox, call, isOpen } = createFakeInbox()
    const host = { sleptMs: 0 }
    const copy = createCopy({ clock, boundMs: termMs, source: 'push' })
    const pushed = createPushedCopy({
      ...{ clock, bootClock: () => clock.now() + host.sleptMs },
      ...{ controller: client, copy, inbox, replica: 'builder-1' },
      ...{ mode: 'acknowledged', termMs, intervalMs, timeoutMs: 100 },
    })
    await use({
      ...{ clock, controller, host, isOpen, pushed },
      position: () => copy.position(),
      async deliver(...sent) {
        const changes = sent.filter((part): part is Change => 'revision' in part)
        const others = sent.filter((part) => !('revision' in part))
        const { epoch } = copy.position() ?? at(0)
        const to = changes.at(-1)?.revision ?? 0
        return call(Object.assign({ epoch, changes, to }, ...others))
      },
    })
    controller.isSilent = false
    await pushed.close()
    expect(kernel.pending()).toBe(0)
  })
}

function createFakeController(clock: Clock) {
  const asked: string[] = []
  let position = at(5)
  const history: Change[] = []
  const controller: FakeController = {
    asked,
    isSilent: false,
    registration: 'registration-1',
    commit() {
      const revision = position.revision + 1
      position = { ...position, revision }
      const change = { revision, user: `user-${revision}`, isAdministrator: false } as const
      history.push({ ...change, kind: 'createUser' })
      return { ...change, kind: 'createUser' }
    },
    restore(epoch, revision) {
      position = { epoch, revision }
      history.length = 0
    },
  }
  const client = {
    async call(
      name: string,
      input: { body?: { termMs: number }; query?: Position & { since: number } },
      { timeoutMs }: { timeoutMs: number },
    ) {
      const stamp = position
      const isGone = input.query?.epoch !== position.epoch
      const changes = history.filter(({ revision }) => revision > (input.query?.since ?? 0))
      asked.push(name === 'registerBuilder' ? `${name} for ${input.body?.termMs} ms` : name)
      if (controller.isSilent) {
        await sleep(clock, timeoutMs)
        throw new ControllerUnavailable('timeout', 'it is silent')
      }
      await sleep(clock, rpcMs)
      if (name === 'registerBuilder') {
        return {
          ok: true,
          stamp,
          body: { registration: controller.registration, usableMs: 0.8 * termMs },
        }
      }
      if (name === 'snapshot') return { ok: true, stamp, body: { users: [], apps: [] } }
      return isGone
        ? { ok: false, code: 'revision-gone', stamp }
        : { ok: true, stamp, body: { changes } }
    },
  }
  return { controller, client: client as unknown as ControllerClient }
}

function createFakeInbox() {
  let answer: ((call: Pick<Call, 'input'>) => Promise<Answer>) | undefined
  const inbox: Inbox = {
    async open(_, answering) {
      answer = answering
      const close = async () => {
        answer = undefined
      }
      return { origin: 'http://inbox', secret: 'secret', close }
    },
  }
  return {
    inbox,
    isOpen: () => answer !== undefined,
    async call(body: unknown) {
      if (answer === undefined) throw new Error('the inbox is closed')
      const reply = await answer({ input: { body } })
      return (reply.body as { applied: number }).applied
    },
  }
}

function at(revision: number, epoch = 'epoch-1'): Position {
  return { epoch, revision }
}
