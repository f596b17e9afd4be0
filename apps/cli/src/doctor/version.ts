import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What a program says about its version, on either stream; undefined where it does not start. */
export async function versionText(
  program: string,
  ...args: readonly string[]
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 5_000 })
    return (stdout || stderr).trim()
  } catch {
    return undefined
  }
}

/** Whether the first number in a text, such as `git version 2.39.5`, is at least major.minor. */
export function isAtLeast(text: string, [major, minor]: readonly [number, number]): boolean {
  const found = /(\d+)\.(\d+)/.exec(text)
  const [foundMajor, foundMinor] = [Number(found?.[1]), Number(found?.[2])]
  return foundMajor > major || (foundMajor === major && foundMinor >= minor)
}
