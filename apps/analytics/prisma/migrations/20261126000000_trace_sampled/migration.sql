-- Nullable: the version before this one goes on adding facts without it until it is replaced.
ALTER TABLE "facts" ADD COLUMN "trace_sampled" BOOLEAN;
