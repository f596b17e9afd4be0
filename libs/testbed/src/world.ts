import type {
  AppGeneration,
  Claim,
  EndpointName,
  Endpoints,
  ImportLine,
  Input,
  Knobs,
  PlannedFault,
  PushEvidence,
  RemovalEvidence,
  RevocationWait,
  Usage,
} from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock, PointName, Random } from '@keyrace/environment'
import type { Capacity, PushConnection, PushKey } from '@keyrace/load'
import type { PointCount } from '@keyrace/simulation'
import type { Keeper } from './keepers.ts'

/** One builder of an arm. */
export interface Replica {
  /** `builder-1`, the same in each arm. */
  readonly name: string
  /** Rejects with a ConnectionRefused. */
  connect(key: PushKey): Promise<PushConnection>
}

/** One strategy with builders, repositories and a token of its own. */
export interface Arm {
  /** The strategy, with #2 … where it appears again. */
  readonly name: string
  readonly strategy: string
  readonly knobs: Knobs
  readonly claim: Claim
  /** A twin of the first arm that is only timed: how far they differ is the noise of the machine. */
  readonly isControl: boolean
  readonly replicas: readonly Replica[]
}

/** Asks the controller the same again and again, as a builder that belongs to no arm. */
export type MeasureLookup = <N extends EndpointName>(
  name: N,
  input: Input<Endpoints[N]>,
) => Promise<LookupMeasurement>

export interface LookupMeasurement {
  /** Of each lookup, while they were made one after the other. */
  readonly serialMs: readonly number[]
  /** While they were made by several at once; its failures are those of both. */
  readonly capacity: Capacity
}

/** The whole system, real or simulated: what a scenario sees of it. */
export interface World {
  readonly mode: 'real' | 'sim'
  readonly clock: Clock
  /** Keyed by the plan's seed. */
  readonly random: Random
  readonly arms: readonly Arm[]
  /** How long a client waits for the end of its push. */
  readonly patienceMs: number
  /** Not among the arms: it takes no part in races. */
  readonly control: Arm | undefined
  /** Speaks to the controller as its operator. */
  readonly operator: ControllerClient
  /** Speaks to the controller as one user, by a token from the fixture. */
  asUser(token: string): ControllerClient
  /** Streams the fixture into the controller. */
  load(lines: Iterable<ImportLine>): Promise<{ readonly revision: number }>
  /** What the builders of an arm wrote down about the pushes that have ended. */
  evidence(arm: Arm): Promise<readonly PushEvidence[]>
  /** What the controller charged to each arm, by arm name. */
  usage(): Promise<Readonly<Record<string, Usage>>>
  /** How long revocations have waited for the builders of each arm, by arm name, oldest first. */
  revocationWaits(): Promise<Readonly<Record<string, readonly RevocationWait[]>>>
  /** The refs of a repository, as an observer finds them: ref → sha. Empty where there is none. */
  readRefs(arm: Arm, app: AppGeneration, keeper?: Keeper): Promise<ReadonlyMap<string, string>>
  /** What the reaper and the builders of an arm wrote down about the repositories that they removed. */
  removals(arm: Arm): Promise<readonly RemovalEvidence[]>
  /** Where that can be seen: the sweeps of an arm's reapers that were given up, in order of time. */
  readonly failedSweeps?: (arm: Arm) => readonly FailedSweep[]
  /** The repositories of an arm, as an observer finds them on disk. */
  repositories(arm: Arm, keeper?: Keeper): Promise<readonly AppGeneration[]>
  /** Where there is a controller that can be driven: virtual time has no capacity. */
  readonly measureLookup?: MeasureLookup
  /** Stops a builder as it is, where it is a process. Resolves once it has stopped. */
  readonly pause?: (arm: Arm, replica: Replica) => Promise<Resume>
  /** Brings a fault about, from now until it is healed. Nodes are named as in the plan, in every arm. */
  readonly inject?: (fault: PlannedFault) => InjectedFault
  /** How often points of the code were passed so far, and held somebody up: where somebody counts that. */
  readonly passes?: (() => ReadonlyMap<PointName, PointCount>) | undefined
}

export interface FailedSweep {
  readonly reaper: string
  readonly at: number
}

/** A fault that is there. */
export interface InjectedFault {
  heal(): void
  /** How many messages, steps or reads it has touched: a fault without effect has tested nothing. */
  effects(): number
}

/** Lets a builder that was stopped go on. */
export type Resume = () => Promise<void>
