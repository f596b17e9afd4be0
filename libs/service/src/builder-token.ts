import type { Command } from 'commander'

/** Where builders and reapers find their secret: the process list shows what stands in a flag. */
export const tokenVariable = 'KEYRACE_BUILDER_TOKEN'

/** Ends the process where it is missing; `whose` is for the message. */
export function readBuilderToken(
  command: Command,
  environment: Readonly<Record<string, string | undefined>>,
  whose: string,
): string {
  const token = environment[tokenVariable]
  if (token !== undefined && token !== '') return token
  return command.error(`error: set ${tokenVariable} to ${whose} token at the controller`)
}
