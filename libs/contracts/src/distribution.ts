import Type, { type Static, type TSchema } from 'typebox'

const Ms = Type.Number()
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Exact quantiles in milliseconds (linear interpolation, R's type 7); null where there is no sample. */
export const Distribution = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  p50: nullable(Ms),
  p90: nullable(Ms),
  p95: nullable(Ms),
  p99: nullable(Ms),
  max: nullable(Ms),
})
export type Distribution = Static<typeof Distribution>

export const pushPhases = [
  'connect',
  'keyExchange',
  'authenticate',
  'authorize',
  'receive',
  'publish',
  'finish',
] as const
export type PushPhase = (typeof pushPhases)[number]
