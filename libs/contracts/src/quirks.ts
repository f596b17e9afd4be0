/** The process whose behaviour it is. */
export type QuirkyPart = 'builder' | 'controller' | 'reaper'

/** A behaviour of the original that can be switched on by itself, against ours. */
interface Quirk {
  readonly description: string
  /** Where it stood: file and function in deis/builder, deis/controller or the SDK between them. */
  readonly source: string
  readonly where: QuirkyPart
  /** The invariant of the checker that convicts it where it alone is switched on. */
  readonly invariant: string
  /** It is a way of deciding by the key lookup, so that no other strategy can have it. */
  readonly strategy?: 'fingerprint'
}

/** What Deis did in 2018, by the name that `--quirk` takes. */
export const quirks = {
  'substring-match': {
    description: "an app is a user's where its name is part of the joined names of their apps",
    source: 'deis/builder pkg/sshd/server.go, runReceive',
    where: 'builder',
    invariant: 'unauthorised-accept',
    strategy: 'fingerprint',
  },
  'all-apps': {
    description: 'the key lookup names every app of the platform, whoever owns the key',
    source: 'deis/controller rootfs/api/views.py, KeyHookViewSet.public_key',
    where: 'controller',
    invariant: 'unauthorised-accept',
  },
  'frozen-apps': {
    description: 'a connection decides by the apps that its key had when it was authenticated',
    source: 'deis/builder pkg/sshd/util.go, AuthKey',
    where: 'builder',
    invariant: 'stale-admission',
    strategy: 'fingerprint',
  },
  'names-only': {
    description: 'a repository is named by its app alone: the next app of that name inherits it',
    source: 'deis/builder pkg/git/git.go, Receive; issues 167, 297',
    where: 'builder',
    invariant: 'old-code',
  },
  'list-first': {
    description: 'the reaper asks first and looks at the disk second, and takes no lock',
    source: 'deis/builder pkg/cleaner/cleaner.go, Run',
    where: 'reaper',
    invariant: 'live-repository-reaped',
  },
  'expiring-lock': {
    description:
      'the lock of a push is free after a while, though its work goes on (100 ms here, for 10 minutes)',
    source: 'deis/builder pkg/sshd/lock.go, wrapInLock; GIT_LOCK_TIMEOUT',
    where: 'builder',
    invariant: 'two-pushes-at-once',
  },
  'no-deadlines': {
    description: 'each call to the controller has a connection of its own, and no deadline',
    source: 'deis/controller-sdk-go http.go, createHTTPClient',
    where: 'builder',
    invariant: 'endless-push',
  },
} as const satisfies Record<string, Quirk>

export type QuirkName = keyof typeof quirks

export const quirkNames = Object.keys(quirks) as readonly QuirkName[]

/** Those that are for one part of the system to show. */
export function quirksOf(part: QuirkyPart, names: readonly QuirkName[]): readonly QuirkName[] {
  return names.filter((name) => quirks[name].where === part)
}
