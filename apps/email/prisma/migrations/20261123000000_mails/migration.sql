-- CreateEnum
CREATE TYPE "mail_status" AS ENUM ('pending', 'sending', 'sent', 'failed', 'unknown', 'suppressed');

-- CreateTable
CREATE TABLE "people" (
    "user_id" UUID NOT NULL,
    "address" TEXT,
    "display_name" TEXT,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "people_pkey" PRIMARY KEY ("user_id"),
    -- Prisma cannot say this one: address and name are both there, or the person has withdrawn and neither is.
    CONSTRAINT "people_known_or_withdrawn" CHECK (
        num_nonnulls("address", "display_name") = CASE WHEN "withdrawn_at" IS NULL THEN 2 ELSE 0 END
    )
);

-- CreateTable
CREATE TABLE "mails" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "occasion" TEXT NOT NULL DEFAULT '',
    "message_id" TEXT NOT NULL,
    "status" "mail_status" NOT NULL DEFAULT 'pending',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "copies" INTEGER NOT NULL DEFAULT 1,
    "smtp_status" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mails_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mails_user_id_kind_occasion_key" ON "mails"("user_id", "kind", "occasion");
