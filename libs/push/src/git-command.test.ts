import { describe, expect, test } from 'vitest'
import { parseGitCommand } from './git-command.ts'

describe('an exec request', () => {
  test.each([
    "git-receive-pack 'myapp.git'",
    "git-receive-pack '/myapp.git'",
    "git-receive-pack 'myapp'",
    'git-receive-pack myapp.git',
    "git receive-pack 'myapp.git'",
  ])('names an app: %s', (command) => {
    expect(parseGitCommand(command)).toEqual({ kind: 'receive-pack', app: 'myapp' })
  })

  test.each([
    ['a parent directory', '../x'],
    ['an option', '-u'],
    ['an option with a value', '--upload-pack=x'],
    ['a quote', "a'b"],
    ['an escaped quote', "a'\\''b"],
    ['a line break', 'a\nb'],
    ['a trailing line break', 'myapp\n'],
    ['nothing', ''],
    ['4 KiB', 'a'.repeat(4096)],
    ['64 characters', 'a'.repeat(64)],
    ['an escaped path', '%2e%2e'],
    ['a NUL', 'a\0b'],
    ['an upper-case letter', 'MyApp'],
    ['a look-alike', 'myаpp'],
    ['a generation', 'myapp.1'],
    ['a path below an app', 'myapp/hooks'],
    ['a trailing hyphen', 'myapp-'],
    ['a second command', "myapp.git'; true '"],
  ])('is refused when the app is %s', (_, name) => {
    expect(parseGitCommand(`git-receive-pack '${name}'`)).toMatchObject({
      code: 'invalid-app-name',
    })
    expect(parseGitCommand(`git-receive-pack '${name}.git'`)).toMatchObject({
      code: 'invalid-app-name',
    })
  })

  test.each(['', 'sh', 'git-receive-pack', 'git-shell', "GIT-RECEIVE-PACK 'myapp.git'", 'ping'])(
    'is refused when it is not a git command: %j',
    (command) => {
      expect(parseGitCommand(command)).toMatchObject({ code: 'not-a-git-command' })
    },
  )

  test('for a fetch is refused by name', () => {
    expect(parseGitCommand("git-upload-pack 'myapp.git'")).toMatchObject({
      code: 'fetch-not-offered',
    })
  })
})
