import { availableParallelism } from 'node:os'
import type { Check, Finding } from './check.ts'

const leastMemoryMb = 1_024
const leastCores = 2

export const machine: Check = {
  name: 'machine',
  examine: () => judgeMachine(availableParallelism(), process.availableMemory() / 2 ** 20),
}

export function judgeMachine(cores: number, freeMb: number): Finding {
  const found = `${cores} cores, ${Math.round(freeMb)} MB free`
  if (cores >= leastCores && freeMb >= leastMemoryMb) return { status: 'ok', found }
  const fix = `at least ${leastCores} cores and ${leastMemoryMb} MB, or fewer --replicas and --races`
  return { status: 'warning', found, fix }
}
