// What a person has chosen or typed on one surface (a message or a view), kept as Slack reports it in `state.values`.
// A new version of the surface keeps what stands under the same block_id and action_id, as Slack does.

export class Values {
  #kept = new Map();
  #shown = [];

  /** Before a surface is drawn (again): forgets which elements are on it, not what they held. */
  begin() { this.#shown = []; }

  /** An element is on the surface. Returns what it holds: what was kept, else `initial` (an object with `type`). */
  use(blockId, actionId, initial) {
    const key = JSON.stringify([blockId, actionId]);
    this.#shown.push([blockId, actionId, key]);
    const kept = this.#kept.get(key);
    if (kept?.type === initial.type) return kept;
    this.#kept.set(key, initial);
    return initial;
  }

  set(blockId, actionId, value) { this.#kept.set(JSON.stringify([blockId, actionId]), value); }

  get(blockId, actionId) { return this.#kept.get(JSON.stringify([blockId, actionId])); }

  /** `{values: {block_id: {action_id: value}}}` of the elements now shown. */
  toState() {
    const values = {};
    for (const [blockId, actionId, key] of this.#shown) (values[blockId] ??= {})[actionId] = this.#kept.get(key);
    return { values };
  }
}
