import type { DenialCode } from '@keyrace/key-lookup'

/**
 * What the pusher reads: what is wrong, and what to do. One line each, as an `ERR` packet wants it. The
 * pipeline puts the outcome in front (`denied: …`, `unavailable: …`, `busy: …`), so that a script can tell
 * them apart.
 */
export const messages = {
  denied: (code: DenialCode, app: string, user: string): string =>
    ({
      'app-not-found': `there is no app ${app}, or it was deleted: create it, then push again`,
      'user-not-found': `the user ${user} is gone: sign up again, add your key, then push again`,
      'key-not-found': `this key does not belong to ${user} any more: add it again, or push with another`,
      forbidden: `${user} may push to no app ${app}: check its name, or ask its owner for permission`,
    })[code],
  unavailable: (reason: string): string =>
    `cannot check access right now (${reason}): nothing was changed, try again in a moment`,
  busy: (app: string, holder: string, ageMs: number): string =>
    `another push to ${app} is running (${holder}, for ${(ageMs / 1000).toFixed(1)} s): try again when it has ended`,
  behind: (app: string): string =>
    `this replica's repository of ${app} is behind its last release: nothing was changed, push through another replica`,
  lockLost: 'this push took so long that it lost its lock: nothing was changed, push again',
  refusedAtCommit: (code: string, app: string): string =>
    ({
      'generation-gone': `${app} was deleted and created again while you pushed: nothing was changed, push again`,
      'app-not-found': `${app} was deleted while you pushed: nothing was changed`,
      'key-not-found': 'your key was removed while you pushed: nothing was changed',
      'user-not-found': 'your user was removed while you pushed: nothing was changed',
      forbidden: `your permission on ${app} was removed while you pushed: nothing was changed`,
    })[code] ?? `the controller refused this push (${code}): nothing was changed`,
  indeterminate: (reason: string): string =>
    `the builder cannot say how this push ended (${reason}): push again, which changes nothing if it went through`,
  storage: (code: string): string =>
    `the builder cannot write to its repositories (${code}): nothing was changed, tell its operator`,
} as const
