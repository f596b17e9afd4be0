import Type, { type TUnsafe } from 'typebox'

/** One of a list of strings. The list is the source: its type and its schema follow. */
export function oneOf<const T extends readonly string[]>(values: T): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })
}
