import { type ErrorCode, errors, ImportLine } from '@keyrace/contracts'
import { Compile } from 'typebox/compile'
import type { ImportRow, Store, Transaction } from '../store/store.ts'
import { keyFrom } from './keys.ts'
import { linesOf } from './lines.ts'
import type { Outcome, Refusal } from './outcome.ts'
import type { Secrets } from './secrets.ts'

const batchSize = 5_000
const importLine = Compile(ImportLine)

type ImportRefusal = Extract<Outcome<'importBatch'>, { refused: unknown }>['refused']

/** All lines in one transaction under one revision; a line that does not fit leaves nothing behind. */
export function importBatch(
  { store, secrets }: { readonly store: Store; readonly secrets: Secrets },
  body: AsyncIterable<string | Uint8Array>,
): Promise<Outcome<'importBatch'>> {
  return store.transaction(async (transaction): Promise<Outcome<'importBatch'>> => {
    const counts = { users: 0, keys: 0, apps: 0, grants: 0 }
    for await (const batch of batchesOf(body, secrets)) {
      if ('refused' in batch) return batch
      const refusal = await insert(transaction, batch)
      if (refusal !== undefined) return refusal
      counts[`${batch.kind}s`] += batch.rows.length
    }
    const subject = { ...counts }
    const revision = await transaction.record({ kind: 'import', actor: null, subject })
    return { body: { ...counts, revision }, revision }
  })
}

/** Rows of one kind from lines that follow one another. */
interface Batch {
  readonly kind: ImportRow['kind']
  readonly rows: ImportRow[]
  readonly firstLine: number
}

async function* batchesOf(
  body: AsyncIterable<string | Uint8Array>,
  secrets: Secrets,
): AsyncGenerator<Batch | Refusal<ImportRefusal>> {
  let batch: Batch | undefined
  let lineNumber = 0
  for await (const lines of linesOf(body)) {
    for (const line of lines) {
      lineNumber++
      const row = rowFrom(line, secrets)
      if (typeof row === 'string') {
        // What stands before it is at fault first.
        if (batch !== undefined) yield batch
        return yield refusalAt(lineNumber, row)
      }
      if (batch !== undefined && (batch.kind !== row.kind || batch.rows.length >= batchSize)) {
        yield batch
        batch = undefined
      }
      batch ??= { kind: row.kind, rows: [], firstLine: lineNumber }
      batch.rows.push(row)
    }
  }
  if (batch !== undefined) yield batch
}

function rowFrom(text: string, secrets: Secrets): ImportRow | ImportRefusal {
  const line = parse(text)
  if (line === undefined) return 'invalid-request'
  if (line.kind === 'user') {
    const { kind, username, token } = line
    return { kind, username, tokenHash: token === undefined ? undefined : secrets.hashToken(token) }
  }
  if (line.kind !== 'key') return line
  return toKeyRow(line) ?? 'invalid-public-key'
}

function parse(text: string): ImportLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return importLine.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

function toKeyRow(line: Extract<ImportLine, { kind: 'key' }>): ImportRow | undefined {
  const key = keyFrom(line.public, { id: line.id, owner: line.owner })
  return key && { kind: 'key', key }
}

async function insert(
  transaction: Transaction,
  { rows, firstLine }: Batch,
): Promise<Refusal<ImportRefusal> | undefined> {
  if (await transaction.insertRows(rows)) return undefined
  for (const [index, row] of rows.entries()) {
    const refused = await insertRow(transaction, row)
    if (refused !== undefined) return refusalAt(firstLine + index, refused)
  }
  return undefined
}

async function insertRow(
  transaction: Transaction,
  row: ImportRow,
): Promise<ImportRefusal | undefined> {
  switch (row.kind) {
    case 'user': {
      const { username, tokenHash } = row
      const user = { username, isAdministrator: false, passwordHash: undefined }
      if (!(await transaction.insertUser(user))) return 'username-taken'
      if (tokenHash === undefined) return undefined
      return (await transaction.insertToken(tokenHash, username)) ? undefined : 'token-in-use'
    }
    case 'key':
      if (!(await transaction.lockUser(row.key.owner, 'share'))) return 'user-not-found'
      return transaction.insertKey(row.key)
    case 'app':
      if (!(await transaction.lockUser(row.owner, 'share'))) return 'user-not-found'
      return (await transaction.insertApp(row.app, row.owner)) ? undefined : 'app-name-taken'
    case 'grant':
      if (!(await transaction.lockApp(row.app, 'share'))) return 'app-not-found'
      if (!(await transaction.lockUser(row.username, 'share'))) return 'user-not-found'
      await transaction.insertGrant(row.app, row.username)
      return undefined
  }
}

function refusalAt<Code extends ErrorCode>(line: number, refused: Code): Refusal<Code> {
  return { refused, detail: `line ${line}: ${errors[refused].text}` }
}
