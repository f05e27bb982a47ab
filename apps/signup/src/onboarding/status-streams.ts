import { PassThrough, type Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { NETWORK_FACTOR, type Networks } from '@tributary/http';
import { logger } from '@tributary/telemetry';
import { CONFIG, type Config } from '../config.ts';
import { Problem } from '../errors.ts';
import { Onboarding } from './onboarding.ts';
import { StatusChanges } from './status-changes.ts';
import { revisionOf, type Status } from './status.ts';

interface OpenStream {
  id: string;
  networks: Networks;
  revision: string | undefined;
  body: PassThrough;
}

/** Proxies and browsers close a connection that says nothing for about a minute. */
const HEARTBEAT_MS = 15_000;
/** A reader that leaves this much unread is not reading. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** Everybody who is watching a status on this replica. However many they are, a change costs one look. */
@Injectable()
export class StatusStreams implements OnModuleInit, OnModuleDestroy {
  private readonly log = logger('status-streams');
  private readonly opened = new Set<OpenStream>();
  private heartbeat: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly onboarding: Onboarding,
    private readonly changes: StatusChanges,
  ) {}

  onModuleInit(): void {
    this.changes.onChange(() => this.refresh());
    this.heartbeat = setInterval(() => this.opened.forEach(({ body }) => body.write(': still here\n\n')), HEARTBEAT_MS);
  }

  /** Before the HTTP server closes, which waits for open responses. */
  onModuleDestroy(): void {
    this.closing = true;
    clearInterval(this.heartbeat);
    this.opened.forEach(({ body }) => body.end());
  }

  /**
   * A `text/event-stream` that starts with `status`, unless the browser has it already, and ends when no step is pending
   * or, after `withdrawn`, when the person has withdrawn. It keeps its place until it is destroyed.
   * @throws Problem TOO_MANY_STREAMS, UNAVAILABLE
   */
  open(status: Status, { networks, lastEventId }: { networks: Networks; lastEventId: string | undefined }): Readable {
    this.refuseWhenFull(networks);
    const body = new PassThrough();
    const stream: OpenStream = { id: status.id, networks, revision: lastEventId, body };
    this.opened.add(stream);
    body.once('close', () => this.opened.delete(stream));
    body.write('retry: 1000\n\n');
    this.tell(stream, status);
    // What changed between the caller's query and now was announced to nobody.
    this.changes.check();
    return body;
  }

  private refuseWhenFull({ client, wider }: Networks): void {
    const { MAX_STREAMS, MAX_STREAMS_PER_CLIENT } = this.config;
    if (this.closing || this.opened.size >= MAX_STREAMS) throw new Problem('UNAVAILABLE', { retryAfterSeconds: 5 });
    let ofClient = 0;
    let ofNetwork = 0;
    for (const { networks } of this.opened) {
      if (networks.client === client) ofClient += 1;
      if (networks.wider === wider) ofNetwork += 1;
    }
    if (ofClient >= MAX_STREAMS_PER_CLIENT || ofNetwork >= MAX_STREAMS_PER_CLIENT * NETWORK_FACTOR)
      throw new Problem('TOO_MANY_STREAMS', { retryAfterSeconds: 5 });
  }

  private async refresh(): Promise<void> {
    const watching = [...this.opened];
    if (watching.length === 0) return;
    try {
      const statuses = await this.onboarding.statusesOf([...new Set(watching.map(({ id }) => id))]);
      for (const stream of watching) {
        const status = statuses.get(stream.id);
        if (status) this.tell(stream, status);
        else if (stream.body.writable) stream.body.end('event: withdrawn\ndata: {}\n\n');
      }
    } catch (error) {
      this.log.warn({ err: error }, 'statuses could not be read; the streams wait for the next look');
    }
  }

  private tell(stream: OpenStream, status: Status): void {
    const revision = revisionOf(status);
    if (revision !== stream.revision && stream.body.writable) {
      stream.revision = revision;
      stream.body.write(`event: status\nid: ${revision}\ndata: ${JSON.stringify(status)}\n\n`);
    }
    if (status.settled) stream.body.end();
    if (stream.body.writableLength > MOST_UNREAD_BYTES) stream.body.destroy();
  }
}
