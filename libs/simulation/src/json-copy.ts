/** What JSON would make of it, a few times as fast; what the one side does to its own afterwards stays there. */
export function copyOfJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  return (Array.isArray(value) ? value.map(copyOfJson) : copyOfObject(value)) as T
}

function copyOfObject(value: object): object {
  const copy: Record<string, unknown> = {}
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key]
    if (member === undefined) continue
    if (key === '__proto__') define(copy, key, copyOfJson(member))
    else copy[key] = copyOfJson(member)
  }
  return copy
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}
