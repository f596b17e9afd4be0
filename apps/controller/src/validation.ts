import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** A check of one part of a request. Only a query arrives as text: it alone is converted first. */
export function compileValidator(
  schema: TSchema,
  part: string | undefined,
): (value: unknown) => { value: unknown } | { error: Error } {
  const validator = Compile(schema)
  return (value) => {
    const converted = part === 'querystring' ? validator.Convert(value) : value
    if (validator.Check(converted)) return { value: converted }
    const [first] = validator.Errors(converted)
    const place = `${part}${first?.instancePath.replaceAll('/', '.') ?? ''}`
    return { error: new Error(`${place} ${first?.message ?? 'does not fit'}`) }
  }
}
