import type { Plan } from '@keyrace/contracts'
import { runScenario } from '../harness/run-scenario.ts'
import type { Scenario } from '../harness/scenario.ts'
import { planOf } from './plan-of.ts'

const small = { users: 20, keysPerUser: 5, apps: 60 }

/** Plays a scenario in virtual time, small and in silence. */
export function simulateIn(scenario: Scenario) {
  return async (changes: Partial<Plan>) => {
    const artifacts = await runScenario(scenario, planOf(scenario, { ...small, ...changes }), {
      progress: () => {},
      signal: new AbortController().signal,
      folder: 'unused',
      keepRepositories: false,
    })
    return {
      ...artifacts,
      armNamed(name: string) {
        const arm = artifacts.run.arms.find((one) => one.name === name)
        if (arm === undefined) throw new Error(`there is no arm ${name}`)
        return arm
      },
    }
  }
}
