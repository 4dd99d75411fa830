import type { Db } from '../db';

export class NotFound extends Error {
  constructor(what: string, id: number | string) {
    super(`${what} ${id} was not found`);
    this.name = 'NotFound';
  }
}

export abstract class Repository<Row extends { id: number }, Where, Create> {
  constructor(protected readonly db: Db) {}

  protected abstract readonly what: string;
  abstract findFirst(where: Where): Promise<Row | null>;
  abstract findMany(where: Where): Promise<Row[]>;
  abstract create(data: Create): Promise<Row>;

  async require(where: Where): Promise<Row> {
    const row = await this.findFirst(where);
    if (!row) {
      throw new NotFound(this.what, JSON.stringify(where));
    }
    return row;
  }

  async byIds(where: Where): Promise<Map<number, Row>> {
    const rows = await this.findMany(where);
    return new Map(rows.map((row) => [row.id, row]));
  }
}
