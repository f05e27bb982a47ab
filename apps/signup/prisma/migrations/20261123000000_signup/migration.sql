-- CreateEnum
CREATE TYPE "step_state" AS ENUM ('done', 'failed');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "workspace_name" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "workspace_name_at" TIMESTAMPTZ(3) NOT NULL,
    "signed_up_at" TIMESTAMPTZ(3) NOT NULL,
    "conversation_id" UUID NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "onboarding_steps" (
    "user_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "state" "step_state" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "fact_id" UUID NOT NULL,
    "reason" TEXT,

    CONSTRAINT "onboarding_steps_pkey" PRIMARY KEY ("user_id","step")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "withdrawals" (
    "user_id" UUID NOT NULL,

    CONSTRAINT "withdrawals_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_user_id_idx" ON "idempotency_keys"("user_id");

-- AddForeignKey
ALTER TABLE "onboarding_steps" ADD CONSTRAINT "onboarding_steps_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


