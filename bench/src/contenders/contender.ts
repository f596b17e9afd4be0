import type { FixtureApp, PushConnection, PushKey } from '@keyrace/load'

/** One way to take pushes, and how to set it up. */
export interface Contender {
  /** As `--only` takes it. */
  readonly name: string
  readonly description: string
  /** What this machine lacks for it, and how to get it; undefined where it can run. */
  missing(): string | undefined
  start(site: Site): Promise<Server>
}

/** A contender that cannot run here. */
export interface Skipped {
  readonly contender: string
  readonly reason: string
}

/** What each contender finds when it is started. */
export interface Site {
  /** The origin of the controller that all contenders ask. */
  readonly controller: string
  /** A contender's own secret at the controller. */
  tokenOf(contender: string): string
  /** Apps with owners that the controller knows; a contender makes room for their repositories. */
  readonly apps: readonly FixtureApp[]
  /** A private key file, the same for all who listen. */
  readonly hostKey: string
  /** A contender's repositories and settings go into a folder of its own below this one. */
  readonly folder: string
  readonly logs: string
  /** Extra flags of Node, for a contender that runs on it. */
  readonly nodeOptions?: string
}

/** A contender that takes pushes. */
export interface Server {
  /** Where the stock git pushes an app to. */
  remote(app: string): string
  /** What the stock ssh is given on its way there. */
  readonly sshEnvironment: Readonly<Record<string, string>>
  /** Connects our own client; undefined where there is no SSH. */
  readonly connect: ((key: PushKey) => Promise<PushConnection>) | undefined
  stop(): Promise<void>
}
