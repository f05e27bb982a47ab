import { type ChannelModel, connect, credentials } from 'amqplib';

/** A bare amqplib connection with the login of the URL in UTF-8: by itself amqplib reads it as Latin-1, and RabbitMQ refuses it. */
export function connectAmqp(url: string, name = 'spec'): Promise<ChannelModel> {
  const { username, password } = new URL(url);
  const login = credentials.plain(decodeURIComponent(username), decodeURIComponent(password));
  return connect(url, { credentials: login, clientProperties: { connection_name: name } });
}
