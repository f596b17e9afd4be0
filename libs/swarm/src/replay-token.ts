import { commitChecks, requirements, SwarmPlan, systems } from '@keyrace/contracts'
import { type StrategyName, strategies } from '@keyrace/key-lookup'
import { type Validation, validator } from '@keyrace/report'
import Type from 'typebox'
import type { DrawOptions } from './draw-plan.ts'

/** A plan that can be drawn again: short enough to be told. A plan that was shrunk needs its plan.json. */
export interface Replay {
  readonly seed: number
  readonly options: DrawOptions
}

/** To be raised whenever the same seed and options draw another plan. */
const version = 1
const separator = '+'

/** `swarm-1:17:system=deis-2018,strategies=poll+watch` */
export function replayToken({ seed, options }: Replay): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    return `${name}=${Array.isArray(value) ? value.join(separator) : value}`
  })
  return `swarm-${version}:${seed}:${words.join(',')}`
}

/** Reads what `replayToken` wrote; `problem` is one line that names what is wrong. */
export function readReplayToken(text: string): Validation<Replay> {
  const match = /^swarm-(\d+):(\d+):([\w=,+.-]*)$/.exec(text)
  if (match === null) return refused(`it is no token, such as ${example}`)
  const [, drawn, seed, words = ''] = match
  if (Number(drawn) !== version) {
    return refused(`it is of version ${drawn}, and this keyrace draws version ${version}`)
  }
  return validate({ seed: Number(seed), options: optionsIn(words) })
}

const example = replayToken({ seed: 17, options: { system: 'fixed' } })

function refused(problem: string) {
  return { ok: false, problem } as const
}

function optionsIn(words: string): Record<string, unknown> {
  const pairs = words.split(',').map((word) => {
    const [name = '', value = ''] = word.split('=')
    if (name === 'strategies') return [name, value.split(separator)]
    return [name, name === 'replicas' ? Number(value) : value]
  })
  return Object.fromEntries(pairs)
}

const { seed, replicas } = SwarmPlan.properties
const oneOf = <T extends string>(words: readonly T[]) => Type.Enum([...words])

const validate: (value: unknown) => Validation<Replay> = validator(
  Type.Object({
    seed,
    options: Type.Object(
      {
        system: oneOf(systems),
        strategies: Type.Optional(Type.Array(oneOf(Object.keys(strategies) as StrategyName[]))),
        commitCheck: Type.Optional(oneOf(commitChecks)),
        require: Type.Optional(oneOf(requirements)),
        replicas: Type.Optional(replicas),
      },
      { additionalProperties: false },
    ),
  }),
)
