import { HistoryEvent, Plan, Run, Sample, SwarmPlan, SwarmResult } from '@keyrace/contracts'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** What other tools may rely on, by the name of its file in docs/schema. */
export const schemas = {
  run: { title: 'run.json', schema: Run },
  plan: { title: 'plan.json', schema: Plan },
  sample: { title: 'One row of samples.ndjson.gz', schema: Sample },
  'swarm-plan': { title: 'plan.json of a simulated world', schema: SwarmPlan },
  swarm: { title: 'What keyrace swarm --json prints', schema: SwarmResult },
  history: { title: 'One row of history.ndjson.gz', schema: HistoryEvent },
} as const

/** A schema as a document of its own, in JSON Schema's draft 2020-12. */
export function schemaDocument(name: keyof typeof schemas): Record<string, unknown> {
  const { title, schema } = schemas[name]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...JSON.parse(JSON.stringify(schema)),
  }
}

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string }

/** A check of values against a schema; `problem` names the first place that does not fit. */
export function validator<T extends TSchema>(schema: T): (value: unknown) => Validation<Static<T>> {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return { ok: true, value: value as Static<T> }
    const [error] = compiled.Errors(value)
    return { ok: false, problem: `${error?.instancePath || 'it'} ${error?.message}` }
  }
}

export const validateRun: (value: unknown) => Validation<Run> = validator(Run)
