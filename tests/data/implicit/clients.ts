import { PrismaClient } from "../prisma/generated/client"

export const p = new PrismaClient()
export const pOmit = new PrismaClient({ omit: { user: { legacy: true } } })
export const pExt = p.$extends({
  result: {
    user: {
      shout: {
        needs: { legacy: true },
        compute(user) {
          return user.legacy + "!"
        },
      },
    },
  },
})
export const pQ = p.$extends({
  query: {
    $allModels: {
      async $allOperations({ args, query }) {
        return query(args)
      },
    },
  },
  model: {
    user: {
      async exists(where) {
        return (await p.user.count({ where })) > 0
      },
    },
  },
})
