export { On, type OnOptions } from './on.ts';
export { Delivery } from './delivery.ts';
export {
  CertificateRefused,
  ConfirmTimeout,
  Disconnected,
  EventIdReused,
  HandlerMismatch,
  HandlerTimeout,
  Nacked,
  PermanentFailure,
  TopologyConflict,
  Unroutable,
} from './errors.ts';
export { type LogPlace, LogReader, type LogReaderOptions, type LogReading } from './log-reader.ts';
export type { LogRecord } from './log-record.ts';
export type { CrashMarks } from './isolation.ts';
export { EventConsumer, type ConsumerHealth, type EventConsumerOptions } from './event-consumer.ts';
export { Publisher, type PublishedMessage, type PublisherOptions, type PublisherStatus } from './publisher.ts';
export { topologyOf, type Binding, type Exchange, type Queue, type Topology } from './topology.ts';
export { rightsOf, type BrokerRights } from './rights.ts';
export { announcementOf } from './announcement.ts';
export { applyTopology, missingQueues } from './apply-topology.ts';
export { catchUp, type CatchUpOptions, type CatchUpProgress } from './catch-up.ts';
export { DEFAULT_RETRY_DELAYS_MS, type DeadReason } from './delivery-policy.ts';
export { sqlStateOf } from './sql-state.ts';
export { deadLetters, EVENT_LOG, EVENTS_EXCHANGE, Header, subscriptionQueue } from './names.ts';
