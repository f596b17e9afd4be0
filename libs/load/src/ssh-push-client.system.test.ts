import { realClock as clock } from '@keyrace/environment/real'
import { expect, test } from 'vitest'
import { connectWith } from './client-connect.ts'
import { createReceiver, main, refuse, serve, task } from './testing/rig.ts'

test('a push is the child of the one before', async () => {
  const { git, receive } = createReceiver()
  const { connect } = await serve(connectWith.ssh2, receive)
  const connection = await connect()
  const pushes = [await connection.push(task('n-1')), await connection.push(task('n-2'))]
  const commits = pushes.map(({ update }) => update?.new)
  expect(git('log', '--format=%H', main).split('\n')).toEqual(commits.toReversed())
})

test('an exec request is stamped when it is written, not when its channel was asked for', async () => {
  let openedAt = Number.POSITIVE_INFINITY
  const { connect } = await serve(
    connectWith.ssh2,
    ({ channel }) => refuse(channel, 'denied: no'),
    {
      session(open) {
        clock.timer(30, () => {
          openedAt = clock.now()
          open()
        })
      },
    },
  )
  const attempt = await (await connect()).push(task('n-1'))
  expect(attempt.stamps.execAt).toBeGreaterThan(openedAt)
})
