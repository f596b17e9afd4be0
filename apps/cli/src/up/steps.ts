import { plainTable } from '@keyrace/report'
import type { RunningBuilder } from '@keyrace/testbed'
import type { Person } from './person.ts'

export interface Steps {
  readonly person: Person
  readonly builders: readonly RunningBuilder[]
  readonly controllerUrl: string
  /** The path of the configuration for ssh. */
  readonly sshConfig: string
}

/** What to type to push by hand, and to see an app go away under it. */
export function stepsText({ person, builders, controllerUrl, sshConfig }: Steps): string {
  const { app, token } = person
  const apps = `${controllerUrl}/v2/apps`
  const authorization = `-H 'authorization: token ${token}'`
  const pushes = builders.map(({ name }) => `git push ${name}:${app}.git HEAD:main`)
  const addresses = [
    ['controller', `${controllerUrl}/documentation`],
    ...builders.map(({ name, host, port }) => [name, `ssh://git@${host}:${port}/${app}.git`]),
  ]
  return `
Push to ${app} with your own git, in any repository:

  export GIT_SSH_COMMAND='ssh -F ${sshConfig}'
  git init -b main keyrace-try && cd keyrace-try
  git -c user.name=you -c user.email=you@example.org commit --allow-empty -m 'first push'
${indented(pushes)}

Delete the app, then push again through each builder: who still lets you in?

  curl -fsS -X DELETE ${authorization} ${apps}/${app}
${indented(pushes)}

Create it again:

  curl -fsS -X POST ${authorization} -H 'content-type: application/json' -d '{"id":"${app}"}' ${apps}

Where everything is:

${indented(addressTable(addresses).split('\n'))}

Ctrl-C ends it all. Pushes as they end:
`
}

function addressTable([first = [], ...others]: readonly (readonly string[])[]): string {
  return plainTable(first, others, first.length)
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}
