/** Time, chance and network that code under simulation must get from its ports, or do without. */
export interface ForbiddenGlobals {
  /** From here until no microtask is left, using one of them throws. */
  forbidDuringStep(): void
  restore(): void
}

const forbidden: readonly (readonly [holder: object, name: string, port?: string])[] = [
  [globalThis, 'setTimeout', 'clock'],
  [globalThis, 'setInterval', 'clock'],
  [globalThis, 'setImmediate', 'clock'],
  // Runs when its step is over, and with it the ban on all the others.
  [process, 'nextTick', 'clock'],
  [globalThis, 'fetch', 'transport'],
  [AbortSignal, 'timeout', 'clock'],
  [performance, 'now', 'clock'],
  [process, 'hrtime', 'clock'],
  [process.hrtime, 'bigint', 'clock'],
  [process, 'uptime', 'clock'],
  [Math, 'random', 'random'],
  [crypto, 'getRandomValues', 'random'],
  [crypto, 'randomUUID', 'ids'],
  // What the garbage collector has come to depends on the machine.
  [globalThis, 'WeakRef'],
  [globalThis, 'FinalizationRegistry'],
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
  const { nextTick } = process
  let isInStep = false
  const restores = forbidden.map(([holder, name, port]) =>
    replace(holder, name, (original) => guard(original as AnyFunction, checkFor(name, port))),
  )
  const checkDate = checkFor('Date', 'clock')
  restores.push(replace(globalThis, 'Date', (date) => guardDate(date as typeof Date, checkDate)))

  return {
    forbidDuringStep() {
      isInStep = true
      // Node runs this after the microtasks of the step and before anything else.
      nextTick(() => {
        isInStep = false
      })
    },
    restore() {
      for (const restore of restores) restore()
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
