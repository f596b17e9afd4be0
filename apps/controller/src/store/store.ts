import type {
  App,
  AuditEntry,
  Change,
  Key,
  KeyOwner,
  LatestGeneration,
  Release,
  ReleasedRefs,
} from '@keyrace/contracts'

export interface User {
  readonly username: string
  readonly isAdministrator: boolean
}

/** What was read, and the last mutation that it shows. */
export type AsOf<T> = T & { readonly revision: number }

/** Whom and what a decision is about. */
export interface Subject {
  readonly app: string
  /** Left out: the owner of the key. */
  readonly user?: string
  /** Left out: no key is looked at. */
  readonly fingerprint?: string
}

/** Everything that the decision rests on. */
export interface Standing {
  /** The live app of that name. */
  readonly app: App | undefined
  readonly user: User | undefined
  readonly granted: boolean
  readonly keyOwner: string | undefined
}

export interface ChangesAfter {
  /** Undefined where one of the mutations cannot be told as a change. */
  readonly changes: readonly Change[] | undefined
  /** There are no others up to here. */
  readonly upTo: number
}

export interface NewUser extends User {
  readonly passwordHash: string | undefined
}

export type NewRelease = Omit<Release, 'version'> & {
  /** The name of the token that the builder came with: replicas of different arms share their names. */
  readonly arm: string
}

/** What builders are given for a term: a lease, or to be called on each change. */
export type TermKind = 'lease' | 'registration'

export type Mutation = Pick<AuditEntry, 'kind' | 'actor' | 'subject'>

/** A row of a bulk import. */
export type ImportRow =
  | { readonly kind: 'user'; readonly username: string; readonly tokenHash: string | undefined }
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'app'; readonly app: string; readonly owner: string }
  | { readonly kind: 'grant'; readonly app: string; readonly username: string }

/**
 * The database. Each of its reads is one snapshot: it shows the mutations up to `revision`, all of them
 * and no other. Every method may reject with a StoreError, and with nothing else.
 */
export interface Store extends ReleaseWrites, ReleasedRefsReads {
  /**
   * Names the history that revisions count: another one where the database was put back to an earlier state.
   * It may change at any time. What was read between two looks at the same epoch is of that history.
   */
  readonly epoch: string
  revision(): Promise<number>
  /**
   * Resolves once every mutation that had taken its revision has ended, also one whose end its caller did not
   * hear of.
   */
  barrier(): Promise<void>
  /** The longest of those that were kept; 0: none was. */
  keptTermMs(kind: TermKind): Promise<number>
  /** Resolves once it is known, also after a restart, that builders may have been given such a term. */
  keepTerm(kind: TermKind, termMs: number): Promise<void>
  userByToken(tokenHash: string): Promise<User | undefined>
  passwordHash(username: string): Promise<string | undefined>
  /** By name. */
  keysOf(username: string): Promise<AsOf<{ readonly keys: readonly Key[] }>>
  /** Where the user may push, by name. */
  appsOf(username: string): Promise<AsOf<{ readonly apps: readonly App[] }>>
  app(
    name: string,
  ): Promise<AsOf<{ readonly app: App | undefined; readonly grantees: readonly string[] }>>
  /** Dead or alive; undefined where no app ever had that name. */
  latestGeneration(name: string): Promise<AsOf<{ readonly latest: LatestGeneration | undefined }>>
  /** Of every name that ever was, by name. */
  latestGenerations(): Promise<AsOf<{ readonly generations: readonly LatestGeneration[] }>>
  standing(subject: Subject): Promise<AsOf<Standing>>
  /** The user's standing, and all of their keys. */
  standingWithKeys(
    subject: Required<Pick<Subject, 'app' | 'user'>>,
  ): Promise<AsOf<Standing & { readonly keys: readonly Key[] }>>
  /** By either form of fingerprint. `generation` is that of the live app named `app`. */
  keyOwner(
    fingerprint: string,
    app: string | undefined,
  ): Promise<
    AsOf<{ readonly owner: KeyOwner | undefined; readonly generation: number | undefined }>
  >
  /** The keys of everybody who may push to the app. */
  appKeys(
    name: string,
  ): Promise<AsOf<{ readonly app: App | undefined; readonly keys: readonly Key[] }>>
  /** Of all users, and of the apps that stand; in no order. */
  names(): Promise<AsOf<{ readonly users: readonly string[]; readonly apps: readonly string[] }>>
  /** A `Snapshot` of the contract, in no order, as JSON: it is large, and is only sent on. */
  snapshot(): Promise<AsOf<{ readonly json: string }>>
  /** The first mutations after a revision, in commit order; `limit` at most. */
  changes(after: number, limit: number): Promise<AsOf<ChangesAfter>>
  /** In commit order. A reader that goes on from the last entry it saw misses none. */
  auditLog(after: number, limit: number): Promise<readonly AuditEntry[]>
  /** Newest first. */
  releasesOf(app: Pick<App, 'id' | 'generation'>): Promise<readonly Release[]>
  pendingReleases(
    arm: string,
    builder: string,
  ): Promise<AsOf<{ readonly releases: readonly Release[] }>>

  /**
   * Commits what `work` did, unless it comes to a refusal or throws: then nothing of it was ever there.
   */
  transaction<T extends object>(work: (transaction: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What takes one statement: committed at once, unless it is part of a transaction. */
export interface ReleaseWrites {
  /**
   * Gives the release the next version of its app. Where the push id has one already, answers that one, with
   * the revision that it was made at.
   */
  insertRelease(release: NewRelease): Promise<AsOf<{ readonly release: Release }>>
  /** Settles a pending release, and answers the release as it then stands. */
  settleRelease(
    pushId: string,
    state: 'live' | 'abandoned',
  ): Promise<AsOf<{ readonly release: Release | undefined }>>
}

/** Releases of one arm about one generation of an app; with `before` only those of an earlier version. */
export interface ReleasesOf extends Pick<NewRelease, 'arm' | 'app' | 'generation'> {
  readonly before?: number
}

/** Alone, or as a transaction sees it once `insertRelease` keeps others from releasing the same app. */
export interface ReleasedRefsReads {
  /** Where the last release of each ref left it; those that were abandoned moved none. */
  releasedRefs(of: ReleasesOf): Promise<ReleasedRefs>
}

/** `share` keeps a row as it is; `update` is for who will change it. */
export type LockMode = 'share' | 'update'

/**
 * What a transaction can do, at read committed. Rows are locked until its end, in the order app, user,
 * grant, key: so no two transactions wait for each other. (Who creates an app locks its owner first, which
 * is safe: whoever holds a user for update waits for no app.)
 */
export interface Transaction extends ReleaseWrites, ReleasedRefsReads {
  revision(): Promise<number>
  /** True once in the life of the database. */
  claimAdministration(): Promise<boolean>
  /** False where the name is taken. */
  insertUser(user: NewUser): Promise<boolean>
  /** False where the token is somebody's already. */
  insertToken(tokenHash: string, username: string): Promise<boolean>
  lockUser(username: string, mode: LockMode): Promise<User | undefined>
  ownsApps(username: string): Promise<boolean>
  /** With tokens, grants and keys; answers the fingerprints of these. */
  deleteUser(username: string): Promise<readonly string[]>

  /** Answers what stands in the way. */
  insertKey(key: Key): Promise<'key-in-use' | 'key-name-taken' | undefined>
  deleteKey(owner: string, name: string): Promise<Key | undefined>

  /** Its owner is locked. Answers the generation; undefined where an app of that name lives. */
  insertApp(name: string, owner: string): Promise<number | undefined>
  lockApp(name: string, mode: LockMode): Promise<App | undefined>
  transferApp(name: string, owner: string): Promise<void>
  /** With its grants. The row stays, without an owner: the next app of that name counts on from it. */
  deleteApp(name: string): Promise<void>

  /** False where there is one already. */
  insertGrant(app: string, username: string): Promise<boolean>
  /** False where there was none. */
  deleteGrant(app: string, username: string): Promise<boolean>

  /**
   * Locks for sharing what the decision rests on: what it finds stays as it is until the end. What it does
   * not find may have come meanwhile.
   */
  lockStanding(subject: Subject): Promise<Standing>
  /** With the revision that it was made at. */
  release(pushId: string): Promise<AsOf<{ readonly release: Release }> | undefined>

  /** A shortcut for rows of one kind: all of them, or (false) none, and the caller goes one by one. */
  insertRows(rows: readonly ImportRow[]): Promise<boolean>

  /**
   * Takes the next revision and writes the audit log. The last thing that a mutation does: whoever takes
   * the next one waits for this transaction's end, so revisions are in commit order.
   */
  record(mutation: Mutation): Promise<number>
}

/** The database failed: it did not answer, or could not do what it was asked. */
export class StoreError extends Error {
  /** A code of the database or of the system: `57P01`, `ECONNREFUSED` … Without one: `no-answer`; ours: `another-epoch`. */
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/** To be asked before an answer goes out: it must not be stamped with one epoch and rest on another. */
export function expectEpoch(store: Store, epoch: string): void {
  if (store.epoch !== epoch) {
    throw new StoreError('another-epoch', 'the database was put back to an earlier state')
  }
}
