import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createCallerFactory, router } from '../trpc';
import { loansRouter } from './loans';
import { membersRouter } from './members';
import { toolsRouter } from './tools';

export const appRouter = router({
  members: membersRouter,
  tools: toolsRouter,
  loans: loansRouter,
});

export type AppRouter = typeof appRouter;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type RouterInputs = inferRouterInputs<AppRouter>;
export const createCaller = createCallerFactory(appRouter);
