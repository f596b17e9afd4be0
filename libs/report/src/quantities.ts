import type { ArmResult } from '@keyrace/contracts'

const numbers = new Intl.NumberFormat('en')
const none = '—'

export function count(value: number): string {
  return numbers.format(value)
}

/** `0.31`, `45.4`, `1,240`: three digits that count, for what was measured. */
export function significant(value: number): string {
  return count(Number(value.toPrecision(3)))
}

/** `84 (3 beyond)`: how many there were, and how many of them broke the claim. */
export function countBeyond(value: number, beyondClaim: number): string {
  return beyondClaim === 0 ? count(value) : `${count(value)} (${count(beyondClaim)} beyond)`
}

/** `60/60`; a dash where none were planned. */
export function held({ held, planned }: ArmResult['races'], separator = '/'): string {
  return planned === 0 ? none : `${count(held)}${separator}${count(planned)}`
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

/** `0.3 ms`, `10 ms`: what the controller was told to take, digit by digit. */
export function serviceTime(ms: number): string {
  return `${ms} ms`
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

/** `×0.74 [0.71, 0.78]`: how many times as much, and the interval it lies in; a dash for null. */
export function ratioWithin(ratio: number | null, ci95: readonly [number, number] | null): string {
  if (ratio === null) return none
  const within = ci95 === null ? '' : ` [${ci95.map((end) => end.toFixed(2)).join(', ')}]`
  return `×${ratio.toFixed(2)}${within}`
}

/** `0.5 %`, `12 %`, `99.8 %` */
export function percent(rate: number): string {
  const hundredths = rate * 100
  return `${Number(hundredths < 10 ? hundredths.toPrecision(2) : hundredths.toFixed(1))} %`
}

/** `one push`, `27 pushes` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return value === 1 ? `one ${one}` : `${count(value)} ${many}`
}

/** `−10.2`, `+0.3`: differences in milliseconds. */
export function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${Math.abs(ms).toFixed(1)}`
}
