import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Does a body or an event have the shape that its endpoint promises? */
export function conforms(schema: TSchema, value: unknown): boolean {
  let check = checks.get(schema)
  if (check === undefined) {
    const validator = Compile(schema)
    check = (checked) => validator.Check(checked)
    checks.set(schema, check)
  }
  return check(value)
}

/** Compiling takes a millisecond, so it is done once per schema; the result depends on nothing else. */
const checks = new WeakMap<object, (value: unknown) => boolean>()
