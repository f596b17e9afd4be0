import { constant } from './constant.ts'
import { poisson } from './poisson.ts'

export const arrivals = { constant, poisson } as const

export type ArrivalsName = keyof typeof arrivals
