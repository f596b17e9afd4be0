import type { Clock } from '@keyrace/environment'
import type { runScenario, Scenario } from '@keyrace/scenarios'
import type { HunterPool, playWorld, SwarmPool } from '@keyrace/swarm'
import type { inRealWorld } from '@keyrace/testbed'
import type { Check } from './doctor/check.ts'

/** As much of a process as the command touches. */
export interface Process {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  on(signal: 'SIGINT' | 'SIGTERM', listener: (signal: 'SIGINT' | 'SIGTERM') => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: (signal: 'SIGINT' | 'SIGTERM') => void): unknown
  exit(code: number): void
}

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What the command works with: real in a process, faked in tests. */
export interface Deps {
  readonly version: string
  readonly scenarios: Readonly<Record<string, Scenario>>
  readonly runScenario: typeof runScenario
  readonly inRealWorld: typeof inRealWorld
  readonly playWorld: typeof playWorld
  readonly startSwarmPool: () => SwarmPool
  readonly startHunterPool: () => HunterPool
  readonly checks: readonly Check[]
  readonly clock: Clock
  /** A 32-bit unsigned integer. */
  readonly randomSeed: () => number
  readonly process: Process
}
