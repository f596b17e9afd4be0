import { expect, test } from 'vitest'
import { judgeDocker } from './docker.ts'
import { judgeEtcd } from './etcd.ts'
import { judgeGit } from './git.ts'
import { judgeMachine } from './machine.ts'
import { judgeNativeCrypto } from './native-crypto.ts'
import { judgeNode } from './node.ts'
import { judgeSsh } from './ssh.ts'

test.each([
  ['Node 20', judgeNode('v20.20.2'), 'failure'],
  ['Node 24.11', judgeNode('v24.11.9'), 'failure'],
  ['Node 24.12', judgeNode('v24.12.0'), 'ok'],
  ['Node 26', judgeNode('v26.1.0'), 'ok'],
  ['no git', judgeGit(undefined), 'failure'],
  ['a git that says nothing', judgeGit(''), 'failure'],
  ['git 2.33', judgeGit('git version 2.33.8'), 'failure'],
  ['git 2.34', judgeGit('git version 2.34.1 (Apple Git-137)'), 'ok'],
  ['git 3.0', judgeGit('git version 3.0.0'), 'ok'],
  ['no ssh client', judgeSsh(undefined), 'warning'],
  ['ssh2 in JavaScript', judgeNativeCrypto(false, 'v24.18.1'), 'warning'],
  ['native crypto', judgeNativeCrypto(true, 'v24.18.1'), 'ok'],
  ['native crypto that aborts', judgeNativeCrypto(true, 'v24.19.0'), 'warning'],
  ['native crypto of another line', judgeNativeCrypto(true, 'v26.1.0'), 'ok'],
  ['one core', judgeMachine(1, 4_096), 'warning'],
  ['little memory', judgeMachine(2, 512), 'warning'],
  ['no docker', judgeDocker(undefined), 'optional'],
  ['a docker whose engine does not answer', judgeDocker(''), 'optional'],
  ['docker', judgeDocker('27.5.1'), 'ok'],
  ['no etcd', judgeEtcd(undefined), 'optional'],
  ['etcd', judgeEtcd('etcd Version: 3.4.23\nGit SHA: 1'), 'ok'],
  ['a small machine', judgeMachine(2, 1_024), 'ok'],
])('%s', (_, finding, status) => {
  expect(finding.status).toBe(status)
  if (status !== 'ok') expect(finding.fix).toBeTruthy()
})
