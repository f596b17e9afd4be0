import type { AuditEntry, Key, Release } from '@keyrace/contracts'
import type { AsOf, NewUser } from '../store.ts'

/** `revision` is when it was made. */
export type ReleaseRow = AsOf<Release & { readonly arm: string }>

interface Rows {
  readonly users: NewUser
  readonly tokens: { readonly tokenHash: string; readonly username: string }
  readonly keys: Key
  /** Fingerprints by owner and name. */
  readonly keyNames: string
  /** Without an owner once the app is deleted. */
  readonly apps: {
    readonly id: string
    readonly generation: number
    readonly owner: string | undefined
  }
  readonly grants: { readonly app: string; readonly username: string }
  readonly releases: ReleaseRow
  readonly auditLog: AuditEntry
  /** The last version of each generation of an app. */
  readonly versions: number
  /** Single rows, by name: `revision`, and `administration` once it is claimed. */
  readonly counters: number
  /** The longest of each kind. */
  readonly terms: number
}

export interface Table<Row> {
  get(key: string): Row | undefined
  values(): Iterable<Row>
}

export interface WritableTable<Row> extends Table<Row> {
  set(key: string, row: Row): void
  delete(key: string): void
}

export type Tables = { readonly [Name in keyof Rows]: Table<Rows[Name]> }
export type WritableTables = { readonly [Name in keyof Rows]: WritableTable<Rows[Name]> }

type Maps = { readonly [Name in keyof Rows]: Map<string, Rows[Name]> }

export function createTables(): Maps {
  return {
    users: new Map(),
    tokens: new Map(),
    keys: new Map(),
    keyNames: new Map(),
    apps: new Map(),
    grants: new Map(),
    releases: new Map(),
    auditLog: new Map(),
    versions: new Map(),
    counters: new Map(),
    terms: new Map(),
  }
}

/** Answers how to put the tables back to how they are now. */
export function backUp(tables: Maps): () => void {
  const restores = Object.values(tables).map((table) => restoreOf<unknown>(table))
  return () => {
    for (const restore of restores) restore()
  }
}

function restoreOf<Row>(table: Map<string, Row>): () => void {
  const rows = [...table]
  return () => {
    table.clear()
    for (const [key, row] of rows) table.set(key, row)
  }
}

/** The tables as one transaction sees them. Its writes are its own until `apply`, which is one instant. */
export function createDraft(tables: WritableTables): {
  readonly tables: WritableTables
  apply(): void
} {
  const writes: (() => void)[] = []
  return {
    tables: {
      users: overlay(tables.users, writes),
      tokens: overlay(tables.tokens, writes),
      keys: overlay(tables.keys, writes),
      keyNames: overlay(tables.keyNames, writes),
      apps: overlay(tables.apps, writes),
      grants: overlay(tables.grants, writes),
      releases: overlay(tables.releases, writes),
      auditLog: overlay(tables.auditLog, writes),
      versions: overlay(tables.versions, writes),
      counters: overlay(tables.counters, writes),
      terms: overlay(tables.terms, writes),
    },
    apply() {
      for (const write of writes) write()
    },
  }
}

function overlay<Row>(table: WritableTable<Row>, writes: (() => void)[]): WritableTable<Row> {
  /** Made by the first write: a transaction has many tables, and writes to few. */
  let own: Map<string, Row | undefined> | undefined
  return {
    get: (key) => (own?.has(key) ? own.get(key) : table.get(key)),
    *values() {
      if (own === undefined) return yield* table.values()
      // Few transactions list a table, and those that do have written little.
      const hidden = new Set([...own.keys()].map((key) => table.get(key)))
      for (const row of table.values()) if (!hidden.has(row)) yield row
      for (const row of own.values()) if (row !== undefined) yield row
    },
    set(key, row) {
      own ??= new Map()
      own.set(key, row)
      writes.push(() => table.set(key, row))
    },
    delete(key) {
      own ??= new Map()
      own.set(key, undefined)
      writes.push(() => table.delete(key))
    },
  }
}

export const nameKey = (owner: string, name: string) => `${owner}/${name}`
export const grantKey = (app: string, username: string) => `${app}/${username}`
export const versionKey = (app: string, generation: number) => `${app}/${generation}`

export function revisionOf({ counters }: Tables): number {
  return counters.get('revision') ?? 0
}
