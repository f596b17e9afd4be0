import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** Time, chance and network that code under simulation must get from its ports, or do without. */
export interface ForbiddenGlobals {
  /** From here on, using one of them throws. */
  forbid(): void
  allow(): void
  restore(): void
}

type Forbidden = readonly [holder: object, names: readonly string[], port?: string]

/** `queueMicrotask` is not among them: what it is given runs within the step, in an order that is always the same. */
const forbidden: readonly Forbidden[] = [
  [globalThis, ['setTimeout', 'setInterval', 'setImmediate'], 'clock'],
  // Runs when its step is over, and with it the ban on all the others.
  [process, ['nextTick'], 'clock'],
  [AbortSignal, ['timeout'], 'clock'],
  [performance, ['now', 'mark', 'measure', 'toJSON', 'eventLoopUtilization'], 'clock'],
  [process, ['hrtime', 'uptime'], 'clock'],
  [process.hrtime, ['bigint'], 'clock'],
  [globalThis, ['fetch', 'WebSocket'], 'transport'],
  [Math, ['random'], 'random'],
  [crypto, ['getRandomValues'], 'random'],
  [crypto, ['randomUUID'], 'ids'],
  [nodeCrypto, ['randomFill', 'randomFillSync', 'randomInt'], 'random'],
  [nodeCrypto, ['randomBytes', 'generateKeyPairSync', 'generateKeySync'], 'random'],
  [nodeCrypto, ['randomUUID'], 'ids'],
  // Done by threads, which end in any order.
  [SubtleCrypto.prototype, Object.keys(SubtleCrypto.prototype)],
  [globalThis, ['MessageChannel']],
  // What the machine and its garbage collector have come to.
  [process, ['cpuUsage', 'threadCpuUsage', 'memoryUsage', 'resourceUsage']],
  [process.memoryUsage, ['rss']],
  [globalThis, ['WeakRef', 'FinalizationRegistry']],
]

type Check = () => void
type AnyFunction = (...args: never[]) => unknown

const mark = Symbol('replaced by a simulation')

/**
 * Replaces the globals for time, chance and network by functions that throw while a step runs. Between
 * steps they do what they always did, for the rest of the process: a progress line, a test runner.
 */
export function replaceForbiddenGlobals(): ForbiddenGlobals {
  if (mark in setTimeout) {
    throw new Error('a simulation is already running in this process: await it first')
  }
  let isInStep = false
  const restores = forbidden.flatMap(([holder, names, port]) =>
    names.map((name) =>
      replace(holder, name, (original) => guard(original as AnyFunction, checkFor(name, port))),
    ),
  )
  const checkDate = checkFor('Date', 'clock')
  restores.push(replace(globalThis, 'Date', (date) => guardDate(date as typeof Date, checkDate)))
  // For those who import them from Node's modules by name.
  syncBuiltinESMExports()

  return {
    forbid() {
      isInStep = true
    },
    allow() {
      isInStep = false
    },
    restore() {
      for (const restore of restores) restore()
      syncBuiltinESMExports()
    },
  }

  function checkFor(name: string, port?: string): Check {
    const advice = port === undefined ? '' : `: use the port "${port}" instead`
    return () => {
      if (isInStep) throw new Error(`${name} is forbidden in a simulation${advice}`)
    }
  }
}

function replace(holder: object, name: string, by: (original: unknown) => unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, {
    value: by(Reflect.get(holder, name)),
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  })
  return () => {
    if (own === undefined) Reflect.deleteProperty(holder, name)
    else Object.defineProperty(holder, name, own)
  }
}

function guard(original: AnyFunction, check: Check): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      check()
      return Reflect.apply(target, self, args)
    },
    construct(target, args, newTarget) {
      check()
      return Reflect.construct(target, args, newTarget)
    },
    has: (target, name) => name === mark || Reflect.has(target, name),
  })
}

function guardDate(date: typeof Date, check: Check): typeof Date {
  const now = guard(date.now, check)
  return new Proxy(date, {
    apply(target) {
      check()
      return target()
    },
    construct(target, args, newTarget) {
      // With arguments it only converts.
      if (args.length === 0) check()
      return Reflect.construct(target, args, newTarget)
    },
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}
