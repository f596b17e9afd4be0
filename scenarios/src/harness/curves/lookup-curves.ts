import {
  type Curve,
  type EndpointName,
  type Endpoints,
  endpoints,
  type Input,
} from '@keyrace/contracts'
import type { FixtureApp } from '@keyrace/load'
import { blockOrder, distribution } from '@keyrace/statistics'
import type { LookupMeasurement, MeasureLookup } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'
import { curvePoint, type Subject } from './curve-point.ts'

/** A route that builders look keys up by, and what it is asked about an app and its owner's key. */
interface Route {
  /** `GET /v2/hooks/keys/:app` */
  readonly name: string
  measure(measure: MeasureLookup, app: FixtureApp): Promise<LookupMeasurement>
}

const routes: readonly Route[] = [
  route('keyOwner', ({ app, pusher }) => ({
    params: { fingerprint: pusher.fingerprint },
    query: { app },
  })),
  route('userKeys', ({ app, owner }) => ({ params: { app, username: owner } })),
  route('appKeys', ({ app }) => ({ params: { app } })),
  route('checkKey', ({ app, pusher }) => ({
    body: { app, public_key: `ssh-ed25519 ${pusher.blob}` },
  })),
]

function route<N extends EndpointName>(
  endpoint: N,
  inputOf: (app: FixtureApp) => Input<Endpoints[N]>,
): Route {
  const { method, path } = endpoints[endpoint]
  return {
    name: `${method} ${path}`,
    measure: (measure, app) => measure(endpoint, inputOf(app)),
  }
}

/** A point on the curves of one route. */
export interface LookupCell extends Subject {
  readonly route: Route
  /** One a round. */
  readonly measurements: readonly LookupMeasurement[]
}

const rounds = 4

/**
 * What the controller's lookup routes give to builders, whatever the strategy: one lookup at a time, and as
 * many as it answers. Nothing where the world has no controller to drive.
 */
export async function measureLookups(
  { world: { measureLookup }, signal }: Context,
  subjects: readonly Subject[],
): Promise<readonly LookupCell[]> {
  if (measureLookup === undefined || signal.aborted) return []
  const cells = routes.flatMap((route) =>
    subjects.map((subject) => ({ ...subject, route, measurements: [] as LookupMeasurement[] })),
  )
  // Not counted: the controller's code for a route is still being compiled.
  for (const { route, app } of cells.filter(({ app }) => app === subjects[0]?.app)) {
    await route.measure(measureLookup, app)
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { route, app, measurements } of blockOrder(cells, round)) {
      if (signal.aborted) break
      measurements.push(await route.measure(measureLookup, app))
    }
  }
  return cells
}

const figures = [
  {
    name: 'lookups per second',
    unit: '/s',
    of: ({ capacity }: LookupMeasurement) => capacity.perSecond,
    count: ({ capacity }: LookupMeasurement) => capacity.answered,
  },
  {
    name: 'lookup p99 under load',
    unit: 'ms',
    of: ({ capacity }: LookupMeasurement) => capacity.p99Ms,
    count: ({ capacity }: LookupMeasurement) => capacity.answered,
  },
  {
    name: 'lookup p50 one at a time',
    unit: 'ms',
    of: ({ serialMs }: LookupMeasurement) => distribution(serialMs).p50,
    count: ({ serialMs }: LookupMeasurement) => serialMs.length,
  },
] as const

export function lookupCurves(cells: readonly LookupCell[], axis: string): Curve[] {
  const byRoute = Map.groupBy(cells, ({ route }) => route.name)
  return figures.flatMap(({ name, unit, of, count }) =>
    [...byRoute].map(([series, measured]) => ({
      name: `${name} by ${axis}`,
      series,
      x: { label: axis, unit: '' },
      y: { label: name, unit },
      points: measured.map(({ x, measurements }) => {
        const values = measurements.map(of).filter((value) => value !== null)
        return curvePoint(x, values, sum(measurements.map(count)))
      }),
    })),
  )
}

/** One sentence for each cell without a figure: a route that failed once has none. */
export function failedLookups(cells: readonly LookupCell[], axis: string): string[] {
  return cells.flatMap(({ route, x, measurements }) => {
    const at = `at ${x} ${axis}`
    const failures = sum(measurements.map(({ capacity }) => capacity.failures))
    if (failures > 0) return [`${route.name} failed ${failures} × ${at}`]
    const answered = sum(measurements.map(({ capacity }) => capacity.answered))
    return answered === 0 ? [`${route.name} answered nothing ${at}`] : []
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
