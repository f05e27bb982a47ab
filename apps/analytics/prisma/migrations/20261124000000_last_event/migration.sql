-- AlterTable
ALTER TABLE "log_position" ADD COLUMN     "last_event_id" UUID;
