-- CreateTable
CREATE TABLE "log_position" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "next_offset" BIGINT,

    CONSTRAINT "log_position_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "log_position_one_row" CHECK ("id" = 1)
);

-- CreateTable
CREATE TABLE "facts" (
    "event_id" UUID NOT NULL,
    "log_offset" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "subject" TEXT,
    "correlation_id" UUID,
    "causation_id" UUID,
    "stated_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "trace_id" TEXT,
    "details" JSONB NOT NULL,

    CONSTRAINT "facts_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "facts_per_minute" (
    "service" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "facts_per_minute_pkey" PRIMARY KEY ("minute", "type", "service")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "service" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "promises" TEXT[] NOT NULL,
    "within_ms" INTEGER,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("service", "type")
);

-- CreateTable
CREATE TABLE "expectations" (
    "cause_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "correlation_id" UUID,
    "promises" TEXT[] NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "kept_by" UUID,
    "kept_at" TIMESTAMPTZ(3),
    "latency_ms" INTEGER,
    "waived_at" TIMESTAMPTZ(3),

    CONSTRAINT "expectations_pkey" PRIMARY KEY ("cause_id", "service")
);

-- CreateTable
CREATE TABLE "journeys" (
    "correlation_id" UUID NOT NULL,
    "signup_id" TEXT,
    "signed_up_at" TIMESTAMPTZ(3),
    "welcomed_at" TIMESTAMPTZ(3),
    "provisioned_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),
    "last_stated_at" TIMESTAMPTZ(3) NOT NULL,
    "facts" INTEGER NOT NULL,

    CONSTRAINT "journeys_pkey" PRIMARY KEY ("correlation_id")
);

-- CreateIndex
CREATE INDEX "facts_correlation_id_idx" ON "facts"("correlation_id");

-- CreateIndex
CREATE INDEX "facts_causation_id_idx" ON "facts"("causation_id");

-- CreateIndex
CREATE INDEX "expectations_correlation_id_idx" ON "expectations"("correlation_id");

-- CreateIndex
CREATE INDEX "expectations_since_idx" ON "expectations"("since");

-- CreateIndex
CREATE INDEX "journeys_signup_id_idx" ON "journeys"("signup_id");

-- CreateIndex
CREATE INDEX "journeys_signed_up_at_idx" ON "journeys"("signed_up_at" DESC);

-- Not in the schema, because Prisma knows no index with a condition. Few facts say who joined, and few promises are open.
CREATE INDEX "facts_joined" ON "facts"("service", "stated_at" DESC) WHERE "type" = 'service.joined.v1';
CREATE INDEX "expectations_open" ON "expectations"("due_at") WHERE "kept_by" IS NULL AND "waived_at" IS NULL;

-- Nothing has been read yet. Whoever reads compares this row with what it knows, and locks it, before it writes anything.
INSERT INTO "log_position" ("id", "next_offset") VALUES (1, NULL);
