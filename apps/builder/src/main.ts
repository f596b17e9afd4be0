import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { Inbox } from '@keyrace/environment'
import {
  createHttpInbox,
  createHttpTransport,
  createRealPrivateFiles,
  type InboxAddress,
  realBootClock,
  realClock,
  realIds,
  realProcesses,
} from '@keyrace/environment/real'
import {
  announce,
  createLog,
  openEvidence,
  openNeighbours,
  openRepositories,
  orCannotListen,
  runService,
} from '@keyrace/service'
import { createBuilder } from './builder.ts'
import { type Options, parseOptions } from './options.ts'
import { checkGit, readHostKeys } from './preflight.ts'
import { hasNativeCrypto } from './ssh/native-crypto.ts'

const evidenceFlags = '--evidence or --removal-evidence'

// Starting git copies the table of our pages, so memory costs time on each push. What a push allocates
// would make the young generation grow to 48 MB, and the collections that this saves are cheaper.
setFlagsFromString('--semi-space-growth-factor=1')

const options = parseOptions(process.argv.slice(2), process.env)
const log = createLog(options.logLevel)
await runService({ name: 'builder', longestCloseMs: options.drainTimeout + 10_000, options, start })

async function start(options: Options) {
  const { controller, gitTimeout, listen, lockTimeout, quirk, repositories, replica } = options
  const state = options.state ?? join(repositories, '.state', replica)
  await checkGit()
  const neighbours = await openNeighbours(options)
  const folders = await openRepositories(repositories)
  const hostKeys = await readHostKeys(options.hostKey)
  if (!hasNativeCrypto()) {
    log.warn(
      'ssh2 has no native crypto and is slow: install g++, make and python3, then npm rebuild ssh2',
    )
  }
  const builder = createBuilder(
    { ...options, hostKeys, quirks: quirk, lockTimeoutMs: lockTimeout, gitTimeoutMs: gitTimeout },
    {
      clock: realClock,
      bootClock: realBootClock,
      ids: realIds,
      processes: realProcesses,
      transport: createHttpTransport({
        origin: controller,
        keepAlive: !quirk.includes('no-deadlines'),
      }),
      token: options.token,
      files: createRealPrivateFiles(state),
      ...neighbours,
      inbox: openInbox(options.inbox),
      ...folders,
      // Written before the client is told: the evidence of every acknowledged push is there.
      trace: openEvidence(options.evidence, evidenceFlags),
      removalTrace: openEvidence(options.removalEvidence, evidenceFlags),
      log,
    },
  )
  const { host, port } = await orCannotListen(builder.start(), listen)
  announce({ event: 'listening', host, port })
  return () => builder.close({ drainMs: options.drainTimeout })
}

function openInbox(address: InboxAddress): Inbox {
  const inbox = createHttpInbox(address)
  return {
    open: (endpoint, answer) => orCannotListen(inbox.open(endpoint, answer), address, '--inbox'),
  }
}
