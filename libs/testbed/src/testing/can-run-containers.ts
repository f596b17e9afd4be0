import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findCompose, root } from '../compose/images.ts'
import { SetupError } from '../setup-error.ts'

/** As docker-compose.yml has it, unless the environment says otherwise. */
export const postgresImage = process.env.KEYRACE_POSTGRES_IMAGE ?? standard('POSTGRES_IMAGE')
const nodeBase = process.env.KEYRACE_NODE_BASE ?? standard('NODE_BASE')

/** Whether there is an engine with the images to start from; says what to do about it where there is none. */
export async function canRunContainers(): Promise<boolean> {
  const reason = await whyNot()
  if (reason !== undefined) process.stderr.write(`Tests with containers are skipped: ${reason}\n`)
  return reason === undefined
}

async function whyNot(): Promise<string | undefined> {
  try {
    await findCompose()
  } catch (error) {
    if (error instanceof SetupError) return error.message
    throw error
  }
  for (const image of [nodeBase, postgresImage]) {
    if (!(await isHere(image))) {
      return `there is no image ${image}: docker pull ${image}, or eval "$(tools/container-bases.sh)"`
    }
  }
  return undefined
}

function isHere(image: string): Promise<boolean> {
  return promisify(execFile)('docker', ['image', 'inspect', image]).then(
    () => true,
    () => false,
  )
}

function standard(variable: string): string {
  const file = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  return new RegExp(`\\{KEYRACE_${variable}:-(.+)\\}`).exec(file)?.[1] ?? ''
}
