/** One kind of event without content, in the form that `useSyncExternalStore` takes. */
export class Topic {
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  fire(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
