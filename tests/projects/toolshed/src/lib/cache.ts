interface Entry<V> {
  value: V;
  expires: number;
}

export class Cache<K, V> {
  private readonly entries = new Map<K, Entry<V>>();

  constructor(private readonly lifetime: number) {}

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (!entry || entry.expires < Date.now()) {
      this.entries.delete(key);
      return undefined;
    }
    return entry.value;
  }

  set(key: K, value: V): V {
    this.entries.set(key, { value, expires: Date.now() + this.lifetime });
    return value;
  }

  async through(key: K, load: (key: K) => Promise<V>): Promise<V> {
    const known = this.get(key);
    return known ?? this.set(key, await load(key));
  }

  clear() {
    this.entries.clear();
  }
}
