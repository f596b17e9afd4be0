const numbers = new Intl.NumberFormat('en')
const none = '—'

export function count(value: number): string {
  return numbers.format(value)
}

/** `84 (3 beyond)`: how many there were, and how many of them broke the claim. */
export function countBeyond(value: number, beyondClaim: number): string {
  return beyondClaim === 0 ? count(value) : `${count(value)} (${count(beyondClaim)} beyond)`
}

/** `41.2 ms`, `1.24 s`, `2 s`, `43.8 s`, `2 min 05 s`; a dash for null. */
export function duration(ms: number | null): string {
  if (ms === null) return none
  if (ms === 0) return '0 ms'
  if (ms < 1_000) return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(ms < 9_995 ? 2 : 1))} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** Always in milliseconds with one decimal, so that a column of them can be compared at a glance. */
export function milliseconds(ms: number | null): string {
  return ms === null ? none : ms.toFixed(1)
}

export function perPush(requests: number | null): string {
  return requests === null ? none : requests.toFixed(2)
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`
  if (value < 1_000_000) return `${(value / 1_000).toFixed(1)} kB`
  return `${(value / 1_000_000).toFixed(1)} MB`
}

/** `a, b and c` */
export function enumeration(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
