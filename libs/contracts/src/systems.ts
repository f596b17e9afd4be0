import type { Plan, SystemName } from './plan.ts'
import { quirkNames } from './quirks.ts'

/** What a system says about a plan; what is left out is the scenario's to say. */
export type SystemPreset = Pick<Plan, 'quirks' | 'repositories' | 'lock'> &
  Partial<Pick<Plan, 'arms' | 'commitCheck' | 'reaper'>>

/** By the name that `--system` takes. */
export const systemPresets: Readonly<Record<SystemName, SystemPreset>> = {
  fixed: { quirks: [], repositories: 'shared', lock: 'file' },
  'deis-2018': {
    quirks: [...quirkNames],
    repositories: 'per-replica',
    lock: 'memory',
    arms: [{ strategy: 'fingerprint', knobs: {} }],
    commitCheck: 'app',
    // Every five seconds, without grace and without bound.
    reaper: { source: 'list', intervalMs: 5_000, graceMs: 0, budget: 1_000_000 },
  },
}
