'use server';

import { db } from '../../server/db';
import { home, relabel } from '../../server/services/labels';

export async function rename(id: number, form: FormData) {
  const tool = await db.tool.findUniqueOrThrow({ where: { id }, include: { branch: true } });
  const { label, maker } = await relabel(db, tool, form);
  return { label, maker, home: home(tool.branch) };
}
