import { type RefUpdate, Release, zeroSha } from '@keyrace/contracts'
import { Compile } from 'typebox/compile'

const refsOfRelease = Compile(Release.properties.refs)

/**
 * Why these updates are not taken, whoever asks; undefined where nothing is against them. Git has looked
 * at the objects by then, but not yet at the names.
 */
export function faultOf(updates: readonly RefUpdate[]): string | undefined {
  if (updates.some((update) => update.new === zeroSha)) {
    return 'branches and tags are not deleted here: push another commit to them instead'
  }
  if (new Set(updates.map(({ ref }) => ref)).size < updates.length) {
    return 'the same ref was pushed twice: push each once'
  }
  if (!updates.every(({ ref }) => isWellFormed(ref))) {
    return 'that is not a name for a branch or a tag: rename it, then push again'
  }
  if (!refsOfRelease.Check(updates)) {
    return 'these are too many refs for one push, or too long names: push fewer at a time'
  }
  return undefined
}

/**
 * The rules of `git check-ref-format`, as far as a name could mean another file than its own. A name that
 * is not UTF-8 has lost its bytes by now (U+FFFD): nobody could say afterwards whether that ref moved.
 */
function isWellFormed(ref: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(ref) &&
    !/[\p{Cc}\uFFFD ~^:?*[\\]|\.\.|@\{/u.test(ref) &&
    ref.split('/').every((part) => !/^$|^\.|\.$|\.lock$/.test(part))
  )
}
