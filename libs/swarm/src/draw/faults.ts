import { type FaultKind, faultKinds, type PlannedFault, type SwarmPlan } from '@keyrace/contracts'
import { type Neighbour, type Strategy, type StrategyName, strategies } from '@keyrace/key-lookup'
import { type Dice, rounded } from './dice.ts'

/** What a fault befalls, and how strong it is. */
type Blow = Pick<PlannedFault, 'node' | 'peer' | 'bothWays' | 'strength'>

/** What of the plan decides which faults there can be. */
export interface Site extends Pick<SwarmPlan, 'replicas' | 'reaper' | 'knobs' | 'repositories'> {
  readonly strategy: StrategyName
  readonly spanMs: number
}

const peacefulShare = 0.15
const enabledShare = 0.35
const mostFaults = 3

/**
 * Which kinds can happen is drawn first, then how many do: so worlds differ in kind. Some have none. No fault is
 * one that the strategy's claim leaves out.
 */
export function drawFaults(dice: Dice, site: Site): readonly PlannedFault[] {
  if (dice.chance('peaceful', peacefulShare)) return []
  const possible = (Object.keys(faultKinds) as FaultKind[]).filter((kind) => isClaimed(kind, site))
  const enabled = dice.some('enabled', possible, enabledShare)
  const kinds = enabled.length > 0 ? enabled : [dice.pick('only', possible)]
  const count = dice.integer('count', 1, mostFaults)
  return Array.from({ length: count }, (_, index) => {
    const own = dice.of(`fault-${index + 1}`)
    const kind = own.pick('kind', kinds)
    const fromMs = own.number('from', 0, site.spanMs)
    const toMs = fromMs + own.magnitude('duration', 20, 5_000)
    const times = { fromMs: rounded(fromMs), toMs: rounded(toMs) }
    return { id: `f${index + 1}`, kind, ...times, ...blows[kind](own, site) }
  })
}

/**
 * Copies are dated by the monotonic clock of their builder: no claim is made for one that runs wrong or stands still
 * with its host, except by those who give leases and look at the boot clock too.
 */
function isClaimed(kind: FaultKind, site: Site): boolean {
  const { strategy, knobs } = site
  switch (kind) {
    case 'clock-drift':
      return strategy === 'lease' || isAsking(strategy)
    case 'suspend':
      return strategy === 'lease' || isHeldUpFor(strategy, knobs) || isAsking(strategy)
    // Who keeps repositories alone loses them with the disk.
    case 'crash-without-disk':
      return site.repositories === 'shared'
    // Who copies what a neighbour says is as old as that; a reaper asks the controller as well.
    case 'stale-reads':
      return site.reaper?.source === 'kubernetes'
    default:
      return true
  }
}

/** Mutations wait for its copies, so it looks at how long they did. */
function isHeldUpFor(strategy: StrategyName, { acknowledged }: SwarmPlan['knobs']): boolean {
  return strategy === 'controller-push' && acknowledged === 1
}

function isAsking(strategy: StrategyName): boolean {
  return ['fingerprint', 'user-keys', 'app-keys', 'key-check', 'combined', 'delta'].includes(
    strategy,
  )
}

const blows: Readonly<Record<FaultKind, (dice: Dice, site: Site) => Blow>> = {
  cut: (dice, site) => ({ ...link(dice, site), bothWays: dice.chance('both ways', 0.6) }),
  delay: (dice, site) => ({ ...link(dice, site), ...strength(dice, 5, 400) }),
  lose: (dice, site) => ({ ...link(dice, site), ...strength(dice, 0.05, 0.6) }),
  duplicate: (dice, site) => ({ ...link(dice, site), ...strength(dice, 0.1, 0.8) }),
  reorder: (dice, site) => ({ ...link(dice, site), ...strength(dice, 0.1, 0.8) }),
  stall: (dice, site) => ({ ...link(dice, site), bothWays: dice.chance('both ways', 0.6) }),
  pause: (dice, site) => ({ node: process(dice, site) }),
  crash: (dice, site) => ({ node: builder(dice, site) }),
  'crash-without-disk': (dice, site) => ({ node: builder(dice, site) }),
  'clock-skew': (dice, site) => ({
    node: dice.pick('node', [builder(dice, site), 'controller']),
    strength:
      dice.pick('direction', [-1, 1]) * Math.round(dice.magnitude('strength', 1, 3_600_000)),
  }),
  // Leases allow for rates that are wrong by a ninth: three of these at once are not.
  'clock-drift': (dice, site) => ({
    node: dice.pick('node', [builder(dice, site), 'controller']),
    strength: rounded(dice.number('strength', 0.965, 1.035)),
  }),
  suspend: (dice, site) => ({ node: builder(dice, site) }),
  'controller-errors': (dice) => ({ node: 'controller', ...strength(dice, 0.05, 0.9) }),
  'controller-slow': (dice) => ({ node: 'controller', ...strength(dice, 5, 400) }),
  'controller-restart': () => ({ node: 'controller' }),
  'database-outage': () => ({ node: 'controller' }),
  'database-slow': (dice) => ({ node: 'controller', ...strength(dice, 1, 60) }),
  'stale-reads': () => ({ node: 'reaper-1' }),
}

function strength(dice: Dice, from: number, to: number): Pick<Blow, 'strength'> {
  return { strength: rounded(dice.magnitude('strength', from, to)) }
}

function builder(dice: Dice, { replicas }: Site): string {
  return `builder-${dice.integer('builder', 1, replicas)}`
}

/** Somebody who asks the controller. */
function process(dice: Dice, site: Site): string {
  const isReaper = site.reaper !== null && dice.chance('reaper', 0.15)
  return isReaper ? 'reaper-1' : builder(dice, site)
}

/** Between two who speak with each other, in either direction. `client` is whoever comes from outside. */
function link(dice: Dice, site: Site): Required<Pick<Blow, 'node' | 'peer'>> {
  const [node, peer] = dice.chance('client', 0.2)
    ? [dice.pick('server', [builder(dice, site), 'controller']), 'client']
    : [process(dice, site), dice.pick('peer', ['controller', 'controller', ...neighboursOf(site)])]
  return dice.chance('towards', 0.6) ? { node, peer } : { node: peer, peer: node }
}

function neighboursOf({
  strategy,
  reaper,
}: Pick<Site, 'strategy' | 'reaper'>): readonly Neighbour[] {
  const rival: Strategy = strategies[strategy]
  const reapers: readonly Neighbour[] = reaper?.source === 'kubernetes' ? ['kubernetes'] : []
  return [...new Set([...(rival.needs ?? []), ...reapers])]
}
