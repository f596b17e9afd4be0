import { SetupError } from '@keyrace/testbed'
import type { Check, Diagnosis } from './check.ts'

export function examine(checks: readonly Check[]): Promise<Diagnosis[]> {
  return Promise.all(
    checks.map(async (check) => ({ name: check.name, ...(await check.examine()) })),
  )
}

export function isFit(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ status }) => status !== 'failure')
}

/** Rejects with a SetupError where a run cannot succeed, and tells what would weaken it. */
export async function requireFitness(
  checks: readonly Check[],
  tell: (line: string) => void,
): Promise<void> {
  const diagnoses = await examine(checks)
  const failure = diagnoses.find(({ status }) => status === 'failure')
  if (failure !== undefined) throw new SetupError('unfit', sentence(failure))
  for (const diagnosis of diagnoses) {
    if (diagnosis.status === 'warning') tell(`warning: ${sentence(diagnosis)}`)
  }
}

function sentence({ name, found, fix }: Diagnosis): string {
  return `${name}: ${found}. Fix: ${fix}`
}
