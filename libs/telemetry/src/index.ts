export { startTelemetry } from './start-telemetry.ts';
export { configureLogging, logger, type Logger, type LogLevel } from './logger.ts';
export { NestLogger } from './nest-logger.ts';
export { contextFrom, currentTrace, type TraceHeaders } from './trace-context.ts';
export { inEventScope, rememberTrace, type ScopedEvent, traceFor } from './event-scope.ts';
export { recordFailure, type SpanSettings, withSpan } from './with-span.ts';
export { type MessageFacts, withProcessSpan, withSendSpan } from './messaging-spans.ts';
export { countDelivery, type DeliveryOutcome, observeOutboxAge } from './metrics.ts';
