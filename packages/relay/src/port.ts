/**
 * Carries frames between processes. What it carries is a hint: it may be lost, doubled or late, and every reader heals
 * from the log.
 */
export type Relay = {
  /** Sends a frame to whoever is subscribed now. Never throws and never waits; while the relay is away, it is lost. */
  publish(topic: string, frame: string): void
  /**
   * Calls `handler` with each frame of the topic, in the order of each publisher. Resolves once the subscription
   * stands; while the relay is away it stays pending and takes effect when the relay is back.
   *
   * @returns ends the subscription
   */
  subscribe(topic: string, handler: (frame: Buffer) => void): Promise<() => void>
  /** Calls `handler` whenever the relay is back after it was away: frames may have been missed. */
  onHealed(handler: () => void): void
}

/**
 * Small values that live for minutes and may be lost without harm. Every method rejects with `Refusal('unavailable')`
 * while the store is away.
 */
export type Scratch = {
  put(key: string, value: string, ttlMs: number): Promise<void>
  /** Reads and removes in one step: of any number of callers, one gets the value. */
  take(key: string): Promise<string | undefined>
  read(key: string): Promise<string | undefined>
  /**
   * Adds to the end of a value, which then lives for another `ttlMs`. Resolves with the value's length in UTF-8 bytes,
   * by which a writer sees that what it wrote before was forgotten.
   */
  append(key: string, text: string, ttlMs: number): Promise<number>
  drop(key: string): Promise<void>
  /** Counts one more, or `by` more, within the current window of `windowMs`. */
  count(key: string, windowMs: number, by?: number): Promise<{ count: number; resetsInMs: number }>
}

/** What each member says under a key, and which members live. A state rises in `version` with each change. */
export type Roster = {
  /** Sets what `member` says under `key` (`undefined` takes it back), and returns the state after it. */
  say(key: string, member: string, value: string | undefined): Promise<RosterState>
  read(key: string): Promise<RosterState>
  /** Declares `member` alive for `ttlMs`, and returns all that live. */
  beat(member: string, ttlMs: number): Promise<string[]>
}

export type RosterState = { version: number; says: Record<string, string> }

export type Exchange = {
  relay: Relay
  scratch: Scratch
  roster: Roster
  /** Rejects while the exchange is away. */
  ping(): Promise<void>
  close(): Promise<void>
}
