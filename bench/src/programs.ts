import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where each comes from on Debian. */
const packages: Readonly<Record<string, string>> = {
  sshd: 'openssh-server',
  curl: 'curl',
  cc: 'gcc libc6-dev',
  git: 'git',
  ssh: 'openssh-client',
}

/** One line on the first of these programs that is not here; undefined where all are. */
export function missingProgram(...names: readonly string[]): string | undefined {
  const missing = names.find((name) => findProgram(name) === undefined)
  return missing && `${missing} is missing: apt-get install ${packages[missing] ?? missing}`
}

/** The whole path of a program. Those of an administrator are not on everybody's PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}
