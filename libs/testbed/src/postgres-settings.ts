/** For a server whose data nobody needs once a run is over. */
export const postgresSettings = {
  // The data does not outlive us, so it need not outlive a power cut. What was committed does survive a
  // kill of the server: a commit is written, though not synced, before it is acknowledged.
  fsync: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  shared_buffers: '256MB',
  // Small machines: workers would take the processors from what is being measured.
  max_parallel_workers_per_gather: '0',
}

/** As arguments of the server. */
export function settingArgs(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
