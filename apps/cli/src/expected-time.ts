import type { Plan } from '@keyrace/contracts'
import { turnsOf } from '@keyrace/scenarios'
import { armsOf } from '@keyrace/testbed'

/** What two cores take, as far as it can be told before. */
const startMs = 5_000
const msPerImportedKey = 0.1
/** While many are under way, and while it is alone. */
const msPerPush = 7
const msPerPushAlone = 30
/** Identify, authorize, record the release. */
const requestsPerPush = 3
const betweenBlocksMs = 20
const pushesPerLaneAndRace = 5
/** Where races have pushes on fresh connections as well, or are denied before they are let in. */
const furtherPushes: Readonly<Record<string, number>> = {
  'revocation-race': 2,
  'add-then-push': 3,
}
const lastRaceMs = 2_000

/** Roughly how long races will take, turn by turn. */
export function expectedMs(plan: Plan): number {
  return turnsOf(plan).reduce((sum, turn) => sum + expectedTurnMs(turn), 0)
}

/** What is waited for, and the work of the pushes. */
function expectedTurnMs(plan: Plan): number {
  const { users, keysPerUser, replicas, races, latency, serviceTimesMs } = plan
  const timedArms = armsOf(plan).length
  const warmUps = timedArms * replicas * latency.warmUpPushes
  const blocks = latency.pairs * timedArms
  const pushesPerLane = pushesPerLaneAndRace + (furtherPushes[plan.scenario] ?? 0)
  const racedPushes = races * plan.arms.length * replicas * pushesPerLane
  return (
    startMs +
    users * keysPerUser * msPerImportedKey +
    (warmUps + racedPushes) * msPerPush +
    serviceTimesMs.reduce((sum, ms) => sum + blocks * (blockMs(plan, ms) + betweenBlocksMs), 0) +
    lastRaceMs
  )
}

function blockMs({ latency: { load, pushesPerBlock } }: Plan, serviceTimeMs: number): number {
  if (load.kind === 'closed') {
    const pushMs = msPerPushAlone + requestsPerPush * serviceTimeMs
    return Math.max(pushesPerBlock * msPerPush, (pushesPerBlock * pushMs) / load.clients)
  }
  return (pushesPerBlock / load.ratePerSecond) * 1_000
}
