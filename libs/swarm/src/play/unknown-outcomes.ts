import type { AuditEntry, HistoryEvent } from '@keyrace/contracts'

const mutations: ReadonlySet<string> = new Set<HistoryEvent['f']>([
  'createApp',
  'deleteApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
])

/**
 * What became of mutations whose answer was lost, by the controller's audit log once all is quiet: one that stands in
 * it gets its revision and generation, and keeps an unknown end; one that does not stand in it has failed.
 */
export function settleUnknown(
  history: readonly HistoryEvent[],
  audit: readonly AuditEntry[],
): readonly HistoryEvent[] {
  const ends = history.filter(({ f, type }) => mutations.has(f) && type !== 'invoke')
  const taken = new Set<number>()
  const settled = new Map<string, HistoryEvent>()
  // In order of their begin, as the log is in order of revisions: so none is said to begin after it took place.
  for (const { op, t } of history.filter(({ type }) => type === 'invoke')) {
    const end = ends.find((one) => one.op === op && one.type === 'info')
    if (end === undefined) continue
    const candidates = audit.filter((entry) => !taken.has(entry.revision) && isAbout(entry, end))
    const entry =
      candidates.find((candidate) => acknowledgements(candidate).length === 0) ??
      // Who finds something done already is told its revision too: it may be this one's all the same.
      candidates.find((candidate) => acknowledgements(candidate).every((other) => other.t > t))
    if (entry !== undefined) taken.add(entry.revision)
    settled.set(op, settle(end, entry))
  }
  return history.map((row) => (row.type === 'info' && settled.get(row.op)) || row)

  function acknowledgements(entry: AuditEntry): readonly HistoryEvent[] {
    return ends.filter(({ type, revision, ...end }) => {
      return type === 'ok' && revision === entry.revision && isAbout(entry, end)
    })
  }
}

function settle(end: HistoryEvent, entry: AuditEntry | undefined): HistoryEvent {
  if (entry === undefined) return { ...end, type: 'fail' }
  const { generation } = entry.subject as { readonly generation?: number }
  return { ...end, revision: entry.revision, generation: generation ?? null }
}

function isAbout(
  { kind, subject }: AuditEntry,
  { f, app, user, key }: Pick<HistoryEvent, 'f' | 'app' | 'user' | 'key'>,
): boolean {
  if (kind !== f) return false
  switch (f) {
    case 'createApp':
    case 'transferApp':
      return subject.app === app && subject.owner === user
    case 'deleteApp':
      return subject.app === app
    case 'grant':
    case 'revokeGrant':
      return subject.app === app && subject.user === user
    default:
      return subject.user === user && subject.fingerprint === key
  }
}
