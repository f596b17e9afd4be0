#!/usr/bin/env node
// Plain JavaScript that old Nodes run too: it finds a Node that runs the sources as they are.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const oldest = [24, 12]
const cannotRun = 5

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) await start()
else restart()

async function start() {
  let main
  try {
    main = (await import('../src/main.ts')).main
  } catch (error) {
    const missing = /^Cannot find package '([^']+)'/.exec(error.message)
    if (missing === null) throw error
    refuse(`${missing[1]} is not installed: run npm install`)
    return
  }
  process.exitCode = await main(process.argv.slice(2))
}

/** Runs this file again on the Node that npm installed beside the dependencies. */
function restart() {
  const installed = `../../../node_modules/node-${process.platform}-${process.arch}/bin/node`
  const node = fileURLToPath(new URL(installed, import.meta.url))
  if (!existsSync(node)) {
    const needed = oldest.join('.')
    refuse(`needs Node ${needed} or newer, and this is ${process.version}: run npm install`)
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => refuse(`cannot start ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}

function refuse(reason) {
  process.stderr.write(`keyrace: ${reason}\n`)
  process.exitCode = cannotRun
}
