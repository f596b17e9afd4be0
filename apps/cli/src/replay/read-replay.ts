import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Plan, type SwarmPlan } from '@keyrace/contracts'
import { recordFiles, type Validation, validator } from '@keyrace/report'
import { drawPlan, readReplayToken, readSwarmPlan } from '@keyrace/swarm'
import { printable } from '../nearest.ts'
import { UsageError } from '../usage-error.ts'

/** What is to be played again. */
export type Replay =
  | { readonly kind: 'world'; readonly plan: SwarmPlan; readonly named: string }
  | { readonly kind: 'scenario'; readonly plan: Plan }

/** Reads a plan.json, the one in a folder, or a token. Rejects with a UsageError that says what to name instead. */
export async function readReplay(named: string): Promise<Replay> {
  if (existsSync(named)) return readPlan(fileIn(named))
  if (/\.json$|[/\\]/.test(named)) {
    throw new UsageError(`there is no ${printable(named)}: name a plan.json that a run has left`)
  }
  const token = accepted(named, readReplayToken(named))
  return { kind: 'world', plan: drawPlan(token.seed, token.options), named }
}

function fileIn(path: string): string {
  if (!statSync(path).isDirectory()) return path
  const file = join(path, recordFiles.plan)
  if (existsSync(file)) return file
  throw new UsageError(`there is no run in ${printable(path)}: it has no ${recordFiles.plan}`)
}

async function readPlan(path: string): Promise<Replay> {
  const value = parsed(path, await readFile(path, 'utf8'))
  return Object(value).kind === 'swarm'
    ? { kind: 'world', plan: accepted(path, readSwarmPlan(value)), named: path }
    : { kind: 'scenario', plan: accepted(path, validatePlan(value)) }
}

const validatePlan: (value: unknown) => Validation<Plan> = validator(Plan)

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${printable(path)} is not JSON: ${(error as Error).message}`)
  }
}

function accepted<T>(name: string, validation: Validation<T>): T {
  if (validation.ok) return validation.value
  throw new UsageError(`${printable(name)} cannot be replayed: ${validation.problem}`)
}
