import { type ChannelModel, connect, credentials } from 'amqplib';
import { CertificateRefused } from './errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** What Node.js answers to a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const ABOUT_THE_CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_|INVALID_CA)/;

/**
 * The one way to the broker. Login and password are decoded here: amqplib reads those in a URL as Latin-1, RabbitMQ expects UTF-8.
 * @param name shown by the broker beside the connection
 * @throws CertificateRefused; else what the broker or the network says
 */
export async function connectToBroker(url: string, name: string): Promise<ChannelModel> {
  const { username, password } = new URL(url);
  const login = credentials.plain(decodeURIComponent(username), decodeURIComponent(password));
  try {
    return await connect(url, {
      timeout: CONNECT_TIMEOUT_MS,
      noDelay: true,
      clientProperties: { connection_name: name },
      ...((username || password) && { credentials: login }),
    });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw ABOUT_THE_CERTIFICATE.test(code) ? CertificateRefused.by(error as Error & { code: string }, url) : error;
  }
}
