import { type Clock, createRandom, type Ids, type Random } from '@keyrace/environment'
import { type Drain, turn } from './drain.ts'
import { replaceForbiddenGlobals } from './forbidden-globals.ts'
import { type Bounds, createKernel, type Kernel, type TraceSummary } from './kernel.ts'
import { type OnEvent, observedKernel } from './observed-kernel.ts'
import { createClock } from './ports/clock.ts'
import { createIds } from './ports/ids.ts'
import { ownUnhandledRejections } from './rejections.ts'
import { runInSlices } from './slices.ts'

/** What the code under simulation gets instead of the machine's time and chance. */
export interface Simulation {
  readonly kernel: Kernel
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
}

export interface Simulated<T> {
  readonly result: T
  readonly trace: TraceSummary
}

const defaultBounds: Bounds = {
  events: 50_000_000,
  eventsAtOneInstant: 100_000,
  virtualMs: 24 * 3_600_000,
}

/**
 * Runs `main` in virtual time: the same seed and the same code give the same trace. Ends when main's
 * promise settles; rejects as main does, with a SimulationError when main can never settle, a bound is
 * passed or a rejection was left unhandled, and with the error that an event threw. One run at a time
 * in a process.
 */
export async function simulate<T>(
  seed: number,
  main: (simulation: Simulation) => Promise<T>,
  options: {
    readonly bounds?: Partial<Bounds>
    readonly drain?: Drain
    readonly onEvent?: OnEvent | undefined
  } = {},
): Promise<Simulated<T>> {
  const globals = replaceForbiddenGlobals()
  const rejections = ownUnhandledRejections()
  const {
    kernel: bare,
    run,
    trace,
  } = createKernel({
    bounds: { ...defaultBounds, ...options.bounds },
    runSteps: (step) =>
      runInSlices({
        step,
        drain: options.drain,
        beginSteps: globals.forbid,
        endSteps: globals.allow,
        endSlice: rejections.check,
      }),
  })
  const kernel = observedKernel(bare, options.onEvent)
  const simulation = {
    kernel,
    clock: createClock(kernel),
    random: createRandom(seed),
    ids: createIds(kernel),
  }
  try {
    const result = await run(() => main(simulation))
    return { result, trace: trace() }
  } catch (error) {
    // What nobody handled came before it, and may be why.
    await turn()
    rejections.check()
    throw error
  } finally {
    globals.restore()
    rejections.restore()
  }
}
