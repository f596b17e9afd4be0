import { type CodedRow, type HistoryColumns, operationCode, typeCode } from '@keyrace/checker'
import { createRandom, integer } from '@keyrace/environment'

export interface Size {
  readonly pushes: number
  readonly mutations: number
}

const [apps, users] = [100, 10]
const [invoke, ok, denied] = (['invoke', 'ok', 'denied'] as const).map(typeCode) as [
  number,
  number,
  number,
]
/** Each app has a mutation as often as this. */
const turnsApart = 10

/**
 * Grants and revocations take turns on apps; between them users push, and are answered rightly by somebody who
 * knows of each mutation at once. Two rows for each operation, in order of time.
 */
export function appendWorkload(history: HistoryColumns, { pushes, mutations }: Size): void {
  const random = createRandom(1)
  const { strings } = history
  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, n) => strings.code(`${prefix}${n}`))
  const [appNames, userNames, keys] = [names(apps, 'a'), names(users, 'u'), names(users, 'k')]
  const granted = new Uint8Array(apps * users)
  let [t, revision] = [0, 0]

  for (const [app, name] of appNames.entries()) {
    tell('createApp', { app: name, user: strings.code('owner'), generation: 1 })
    if (app === 0)
      for (const [n, user] of userNames.entries()) tell('addKey', { user, key: keys[n] as number })
  }
  const standing = revision
  const each = pushes / (mutations - standing)
  let pushed = 0
  for (let done = 0; standing + done < mutations; done++) {
    const app = done % apps
    const user = Math.floor(done / apps / turnsApart) % users
    const place = app * users + user
    tell(granted[place] === 1 ? 'revokeGrant' : 'grant', {
      app: appNames[app] as number,
      user: userNames[user] as number,
      generation: 1,
    })
    granted[place] = 1 - (granted[place] as number)
    for (; pushed < Math.round((done + 1) * each); pushed++) push(pushed)
  }

  function push(number: number): void {
    const [app, user] = [
      integer(random, 0, apps, 'app', '', number),
      integer(random, 0, users, 'user', '', number),
    ]
    const row = {
      ...blank,
      op: strings.code(`p${number}`),
      f: operationCode('push'),
      app: appNames[app] as number,
      user: userNames[user] as number,
      key: keys[user] as number,
    }
    const mayPush = granted[app * users + user] === 1
    history.appendCoded({ ...row, idx: history.length, t: ++t, type: invoke })
    history.appendCoded({
      ...row,
      idx: history.length,
      t: ++t,
      type: mayPush ? ok : denied,
      generation: mayPush ? 1 : -1,
    })
  }

  function tell(f: Parameters<typeof operationCode>[0], facts: Partial<CodedRow>): void {
    const op = strings.code(`m${revision}`)
    const row = { ...blank, ...facts, op, f: operationCode(f) }
    history.appendCoded({ ...row, idx: history.length, t: ++t, type: invoke })
    history.appendCoded({ ...row, idx: history.length, t: ++t, type: ok, revision: ++revision })
  }
}

export const blank: CodedRow = {
  idx: 0,
  t: 0,
  proc: 0,
  arm: 0,
  replica: 0,
  type: 0,
  f: 0,
  op: 0,
  app: 0,
  generation: -1,
  user: 0,
  key: 0,
  ref: 0,
  old: 0,
  new: 0,
  revision: -1,
  authRevision: -1,
  source: 0,
  copyAgeMs: Number.NaN,
  reason: 0,
}
