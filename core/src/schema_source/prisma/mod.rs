//! Prisma schemas and their migrations.
