import type { Endpoint } from '@keyrace/contracts'
import { Compile } from 'typebox/compile'

/** Does a body have the shape that its endpoint promises? */
export function conforms({ reply }: Endpoint, body: unknown): boolean {
  let check = checks.get(reply)
  if (check === undefined) {
    const validator = Compile(reply)
    check = (value) => validator.Check(value)
    checks.set(reply, check)
  }
  return check(body)
}

/** Compiling takes a millisecond, so it is done once per schema; the result depends on nothing else. */
const checks = new WeakMap<object, (body: unknown) => boolean>()
