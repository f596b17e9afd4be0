import type { FaultKind } from '@keyrace/contracts'
import { clockDrift, clockSkew } from './clock-faults.ts'
import { controllerRestart, crash, crashWithoutDisk } from './crash.ts'
import { cut } from './cut.ts'
import { delay } from './delay.ts'
import { duplicate } from './duplicate.ts'
import type { Fault } from './fault.ts'
import { lose } from './lose.ts'
import { pause } from './pause.ts'
import { reorder } from './reorder.ts'
import { controllerErrors, controllerSlow, databaseOutage, databaseSlow } from './service-faults.ts'
import { staleReads } from './stale-reads.ts'
import { stall } from './stall.ts'
import { suspend } from './suspend.ts'

export const faults = {
  cut,
  delay,
  lose,
  duplicate,
  reorder,
  stall,
  pause,
  crash,
  'crash-without-disk': crashWithoutDisk,
  'clock-skew': clockSkew,
  'clock-drift': clockDrift,
  suspend,
  'controller-errors': controllerErrors,
  'controller-slow': controllerSlow,
  'controller-restart': controllerRestart,
  'database-outage': databaseOutage,
  'database-slow': databaseSlow,
  'stale-reads': staleReads,
} as const satisfies Readonly<Record<FaultKind, Fault>>
