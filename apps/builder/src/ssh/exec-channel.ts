import type { Readable } from 'node:stream'
import type { ServerChannel } from 'ssh2'
import type { SshChannel } from './ssh-channel.ts'

export interface ExecChannelOptions {
  readonly stream: ServerChannel
  readonly command: string
  readonly gone: AbortSignal
  readonly gitProtocol: string | undefined
}

/** The channel of one exec request. */
export function createExecChannel(options: ExecChannelOptions): SshChannel {
  const { stream, command, gone, gitProtocol } = options
  let hasSpoken = false
  stream.on('pipe', (source: Readable) => {
    source.once('data', () => {
      hasSpoken = true
    })
  })
  stream.on('error', () => {})

  return {
    input: stream,
    output: stream,
    gone,
    gitProtocol,
    refuse(message) {
      // After git has spoken, anything of ours beside it would corrupt what it said.
      if (command.startsWith('git') && !hasSpoken) stream.write(packetLine(`ERR ${message}`))
      else complain(stream, `${message}\n`)
      finish(1)
    },
    finish,
  }

  // The exit status goes before the end, or the client never sees it. And until somebody has read what
  // the client still sends, ssh2 does not take the channel for closed.
  function finish(exitCode: number) {
    stream.exit(exitCode)
    stream.end()
    stream.resume()
  }
}

/**
 * On the standard error, where the client has room for it now: once both streams had to wait for room, ssh2
 * sends old output again in place of what is new.
 */
function complain(stream: ServerChannel, text: string): void {
  const { outgoing } = stream as unknown as { readonly outgoing: { readonly window: number } }
  if (Buffer.byteLength(text) <= outgoing.window) stream.stderr.write(text)
}

/** Git's framing: four hex digits of length, themselves included. */
function packetLine(text: string): string {
  const length = Buffer.byteLength(text) + 4
  return length.toString(16).padStart(4, '0') + text
}
