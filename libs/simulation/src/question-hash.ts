import type { Call } from '@keyrace/environment'

/**
 * Tells calls apart that are made at the same time: mostly different for different inputs, always the same for equal
 * ones. It looks at little, as it is made for each call.
 */
export function hashOfQuestion({ params, query, body }: Call['input'], seed: number): number {
  return hashOfMembers(body, hashOfMembers(query, hashOfMembers(params, seed)))
}

function hashOfMembers(value: unknown, seed: number): number {
  if (typeof value !== 'object' || value === null) return hashOfValue(value, seed)
  let hash = seed
  for (const key in value) hash = hashOfValue((value as Record<string, unknown>)[key], hash)
  return hash
}

/** What is deeper is left out. */
function hashOfValue(value: unknown, seed: number): number {
  if (typeof value === 'string') return hashOfText(value, seed)
  return typeof value === 'number' ? mixed(seed, value) : seed
}

/** Names differ in their ends. */
function hashOfText(text: string, seed: number): number {
  let hash = mixed(seed, text.length)
  for (let i = Math.max(0, text.length - 8); i < text.length; i++) {
    hash = mixed(hash, text.charCodeAt(i))
  }
  return hash
}

/** A step of FNV-1a. */
function mixed(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193)
}
