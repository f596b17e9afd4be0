import { type AuditEntry, Change } from '@keyrace/contracts'
import { Compile } from 'typebox/compile'
import type { AsOf, ChangesAfter } from './store.ts'

export type LoggedMutation = Pick<AuditEntry, 'revision' | 'kind' | 'subject'>

const change = Compile(Change)

/** What each kind of change tells. */
const fields = new Map<string, readonly string[]>(
  Change.anyOf.map(({ properties }) => [properties.kind.const, Object.keys(properties)]),
)

/** Of the first mutations after a revision: all there are, or as many as were asked for. */
export function changesFrom(
  mutations: readonly LoggedMutation[],
  { limit, revision }: { readonly limit: number; readonly revision: number },
): AsOf<ChangesAfter> {
  const changes = mutations.flatMap((mutation) => changeFrom(mutation) ?? [])
  const isCut = mutations.length === limit
  return {
    changes: changes.length === mutations.length ? changes : undefined,
    upTo: isCut ? (mutations.at(-1)?.revision ?? revision) : revision,
    revision,
  }
}

/** An import is none, and neither is what says too little. */
function changeFrom({ revision, kind, subject }: LoggedMutation): Change | undefined {
  const told: Record<string, unknown> = { ...subject, revision, kind }
  const wanted = fields.get(kind)?.map((field): [string, unknown] => [field, told[field]])
  const candidate: unknown = wanted && Object.fromEntries(wanted)
  return change.Check(candidate) ? candidate : undefined
}
