export { eventually, type EventuallyOptions } from './eventually.ts';
export { exampleEvent } from './example-event.ts';
export { testServer } from './environment.ts';
export { testChromium } from './chromium.ts';
export { pgBouncer, testPgBouncer, type PgBouncer } from './pg-bouncer.ts';
export { testVhost, type TestVhost } from './vhost.ts';
export { Management, type Binding, type Connection, type Consumer, type QueueInfo } from './management.ts';
export { connectAmqp } from './connect-amqp.ts';
export { factPublisher, type FactPublisher } from './fact-publisher.ts';
export { testDatabase, type TestDatabase } from './database.ts';
export { alarmBegins, alarmEnds } from './broker-alarm.ts';
export { tcpProxy, type Direction, type TcpProxy } from './tcp-proxy.ts';
export {
  smtpSink,
  type SmtpBehaviour,
  type SmtpGreeting,
  type SmtpPlan,
  type SmtpSink,
  type SmtpSinkOptions,
} from './smtp-sink.ts';
export { garbageServer, type GarbageServer } from './garbage-server.ts';
export type { ReceivedMail } from './received-mail.ts';
export { spanSink, type SpanSink } from './span-sink.ts';
export { recordCounts, type RecordedCount } from './count-recorder.ts';
export { recordSpans, type RecordedSpan } from './span-recorder.ts';
export type { Span } from './otlp.ts';
