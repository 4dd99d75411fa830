import { useCallback, useMemo, useReducer } from 'react';
import type { Tool } from '@prisma/client';

interface Line {
  tool: Tool;
  days: number;
}

type Action = { type: 'add'; tool: Tool } | { type: 'days'; id: number; days: number } | { type: 'clear' };

export function reduce(lines: Line[], action: Action): Line[] {
  switch (action.type) {
    case 'add':
      return lines.some((line) => line.tool.id === action.tool.id) ? lines : [...lines, { tool: action.tool, days: 1 }];
    case 'days':
      return lines.map((line) => (line.tool.id === action.id ? { ...line, days: action.days } : line));
    case 'clear':
      return [];
  }
}

export function useCart() {
  const [lines, dispatch] = useReducer(reduce, []);
  const totalCents = useMemo(() => lines.reduce((total, { tool, days }) => total + tool.dailyCents * days, 0), [lines]);
  const heavy = useMemo(() => lines.filter((line) => line.tool.weightGrams !== null && line.tool.weightGrams > 20_000), [lines]);
  const add = useCallback((tool: Tool) => dispatch({ type: 'add', tool }), []);
  const labels = lines.map((line) => line.tool.label);
  return { lines, labels, totalCents, heavy, add, clear: () => dispatch({ type: 'clear' }) };
}
