/** Where a component reports what it did: evidence for the checker, never read back by the component. */
export interface Trace<Event> {
  emit(event: Event): void
}
