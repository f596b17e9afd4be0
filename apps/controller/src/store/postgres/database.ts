import type { AuditEntry, Release } from '@keyrace/contracts'
import type { Generated, JSONColumnType, Kysely, Transaction } from 'kysely'
import type { TermKind } from '../store.ts'

/** The tables, as migrations/ makes them. */
export interface Database {
  installation: { epoch: string; administration_claimed: Generated<boolean> }
  revision: { value: number }
  audit_log: {
    revision: number
    at: Generated<Date>
    kind: AuditEntry['kind']
    actor: string | null
    subject: JSONColumnType<AuditEntry['subject']>
  }
  users: { username: string; password_hash: string | null; is_administrator: boolean }
  tokens: { hash: string; username: string }
  keys: { fingerprint: string; owner: string; name: string; public: string }
  apps: { name: string; generation: number; owner: string | null }
  grants: { app: string; username: string }
  releases: {
    push_id: string
    app: string
    generation: number
    version: number
    state: Release['state']
    username: string
    arm: string
    builder: string
    refs: JSONColumnType<Release['refs']>
    revision: number
  }
  granted_terms: { kind: TermKind; longest_ms: number }
  release_versions: { app: string; generation: number; last: number }
}

export type Connection = Kysely<Database>
export type OpenTransaction = Transaction<Database>
