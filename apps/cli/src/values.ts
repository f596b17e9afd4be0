import { readDurationMs } from '@keyrace/environment'
import { isThreshold, thresholdFigures } from '@keyrace/scenarios'
import { InvalidArgumentError } from 'commander'

/** Reads a whole number within the limits that a schema sets. */
export function integerIn(schema: object) {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema as Limits
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= minimum && value <= maximum) return value
    const upTo = maximum === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${maximum}`
    throw new InvalidArgumentError(`It is a whole number, ${minimum} ${upTo}.`)
  }
}

interface Limits {
  readonly minimum?: number
  readonly maximum?: number
}

const longestServiceTimeMs = 60_000

/** Reads `0.3ms`, `50us` or `1s` into milliseconds. */
export function durationMs(text: string): number {
  const ms = readDurationMs(text)
  if (ms !== undefined && ms <= longestServiceTimeMs) return ms
  throw new InvalidArgumentError('It is a duration of at most 60s, such as 0.3ms, 50us or 1s.')
}

const longestBudgetMs = 24 * 3_600_000

/** Reads `60s`, `500ms` or `10m`: how long something may go on. */
export function budgetMs(text: string): number {
  const minutes = /^(\d+)m$/.exec(text)
  const ms = minutes === null ? readDurationMs(text) : Number(minutes[1]) * 60_000
  if (ms !== undefined && ms > 0 && ms <= longestBudgetMs) return ms
  throw new InvalidArgumentError('It is a time of at most a day, such as 500ms, 60s or 10m.')
}

/** Reads `0.3ms,10ms`. */
export function durationsMs(text: string): number[] {
  return text.split(',').map((time) => durationMs(time.trim()))
}

/** Reads `10%` as 0.1. */
export function share(text: string): number {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  const value = Number(percent) / 100
  if (value > 0 && value <= 1) return value
  throw new InvalidArgumentError('It is a percentage of at most 100%, such as 10%.')
}

const highestRate = 10_000

/** Reads pushes per second: `25`, `0.5`. */
export function rate(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value > 0 && value <= highestRate) return value
  throw new InvalidArgumentError(`It is a number above 0, up to ${highestRate} a second.`)
}

/** Reads `p(95)<250`, and adds to what an earlier use of the option gave. */
export function threshold(text: string, earlier: readonly string[] = []): string[] {
  if (isThreshold(text)) return [...earlier, text]
  const known = thresholdFigures.join(', ')
  throw new InvalidArgumentError(`It is [arm:]<figure><sign><number>; figures are ${known}.`)
}

/** Splits `a,b`, and adds to what an earlier use of the option gave. */
export function names(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, ...text.split(',').map((name) => name.trim())]
}

export interface Setting {
  readonly owner: string
  readonly knob: string
  readonly value: number
}

/** An hour in milliseconds; timers of much more than that overflow. */
const largestSetting = 3_600_000

/** Reads `poll.intervalMs=500`. */
export function setting(text: string, earlier: readonly Setting[] = []): Setting[] {
  const match = /^([^.=]+)\.([^.=]+)=(\d+(?:\.\d+)?)$/.exec(text)
  if (match === null || Number(match[3]) > largestSetting) {
    const form = 'It is <strategy>.<knob>=<number>, such as poll.intervalMs=500'
    throw new InvalidArgumentError(`${form}, and at most ${largestSetting}.`)
  }
  const [, owner = '', knob = '', value] = match
  if (earlier.some((other) => other.owner === owner && other.knob === knob)) {
    throw new InvalidArgumentError(`${owner}.${knob} is set twice.`)
  }
  return [...earlier, { owner, knob, value: Number(value) }]
}
