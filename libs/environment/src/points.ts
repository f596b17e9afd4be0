/**
 * Places at which real systems are unlucky: something has happened, and what follows from it has not. In a simulation
 * each may be held up there; in production nobody is, and what has no points passes them all for nothing.
 */
export const points = {
  'push/after-authorize': 'a push is admitted, and has not asked for its lock',
  'push/after-lock': 'a push has its lock, and git is not at work yet',
  'push/before-commit-check': 'a push has brought its objects, and is not checked again yet',
  'push/after-commit-check': 'a push may move its refs, and has not moved them',
  'push/after-receive': 'git has ended, and the controller does not know how',
  'push/before-acknowledge': 'a push is over, and its client does not know it',
  'settle/before-lock': 'a release is pending, and its repository is not locked',
  'settle/before-answer': 'it is known how a push ended, and the controller is not told',
  'coherence/before-look': 'it is known what was released, and the refs are not read',
  'lock/before-ticket': 'a lock is free, and its next ticket is not written',
  'lock/after-ticket': 'a ticket is written, and nobody has looked whether it is the highest',
  'lock/before-heartbeat': 'a heartbeat is due, and is not written',
  'removal/before-lock': 'an app is said to be gone, and its repository is not locked',
  'removal/before-rename': 'the lock is still ours, and the repository is not taken away',
  'removal/before-delete': 'a repository is taken away, and not deleted',
  'reaper/before-ask': 'the directories are listed, and nobody is asked which apps are gone',
  'answer/key-owner': 'the owner of a key is told, and not made use of',
  'answer/authorize': 'a right is told, and neither used nor remembered',
  'answer/snapshot': 'a snapshot has come, and is not in the copy',
  'answer/changes': 'an answer with changes has come, and they are not in the copy',
  'answer/event': 'an event has come, and is not in the copy',
  'answer/lease': 'a lease is renewed, and nothing is forgotten of what came with that',
  'answer/registration': 'a builder is registered, and does not know it',
  'answer/publish': 'a release stands, and its push does not know it',
  'answer/generations': 'it is told which apps are gone, and nothing is made of it',
  'cache/before-remember': 'a decision is about to be remembered',
  'copy/before-keys': 'the keys are read from etcd, and the file is not written',
  'copy/before-namespaces': 'a list of namespaces has come, and is not in the copy',
  'delivery/before-send': 'changes are read, and not sent to a builder',
  'delivery/before-take': 'changes are delivered, and not in the copy',
  'delivery/before-answer': 'changes are in the copy, and the controller does not know it',
  'lease/before-fill': 'a right is read, and whether it may be remembered is not looked up',
  'revocation/before-intent': 'a revocation is asked for, and its intent is not recorded',
  'revocation/before-commit': 'every holder has forgotten, and the revocation is not committed',
  'mutation/before-feed': 'a mutation is committed, and the feed does not tell it',
  'mutation/before-acknowledge': 'all followers have seen a mutation, and it is not acknowledged',
  'feed/before-event': 'changes are read, and not told to the reader',
  'publish/before-commit': 'a release is allowed, and its transaction is not committed',
} as const satisfies Readonly<Record<string, string>>

export type PointName = keyof typeof points

/**
 * Says that a point is passed. Undefined where nothing holds it up there: so that it costs nothing, only a promise is
 * awaited: `const held = points?.('push/after-lock')`, `if (held) await held`.
 */
export type Points = (name: PointName) => Promise<void> | undefined
