import Type, { type Static, type TSchema } from 'typebox'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Axis = Type.Object({ label: Type.String(), unit: Type.String({ examples: ['ms', ''] }) })

/** What something costs as something else grows: how push latency depends on the keys of a user, say. */
export const Curve = Type.Object({
  /** Of one name are the curves that belong in one chart. */
  name: Type.String({ examples: ['push latency by keys of the user'] }),
  /** The arm, or the route of the controller, that the curve belongs to. */
  series: Type.String(),
  x: Axis,
  y: Axis,
  points: Type.Array(
    Type.Object({
      x: Type.Number(),
      y: nullable(Type.Number()),
      /** A 95 % interval of y. */
      ci95: nullable(Type.Tuple([Type.Number(), Type.Number()])),
      /** Over how many samples. */
      count: Type.Integer({ minimum: 0 }),
    }),
  ),
})
export type Curve = Static<typeof Curve>
