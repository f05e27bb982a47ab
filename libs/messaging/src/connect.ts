import { type ChannelModel, connect, credentials } from 'amqplib';
import { CertificateRefused } from './errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** What Node.js answers to a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const ABOUT_THE_CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_|INVALID_CA)/;
const FOR_ANOTHER_HOST = 'ERR_TLS_CERT_ALTNAME_INVALID';

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
    throw inWords(error as Error & { code?: string }, new URL(url));
  }
}

function inWords(cause: Error & { code?: string }, { host, pathname }: URL): Error {
  const { message, code = '' } = cause;
  if (ABOUT_THE_CERTIFICATE.test(code)) {
    const cure = code === FOR_ANOTHER_HOST ? '' : '; NODE_EXTRA_CA_CERTS names a file with the authority to trust';
    return new CertificateRefused(`the certificate of the broker at ${host}: ${message}${cure}`, { cause });
  }
  // All that amqplib tells of the broker's answer to the vhost.
  if (message.includes('got <ConnectionClose')) {
    const vhost = decodeURIComponent(pathname.slice(1)) || '/';
    const why = 'there is none of that name, it is not ready, or the login has no rights in it';
    return new Error(`the broker at ${host} refuses the vhost "${vhost}": ${why}`, { cause });
  }
  return cause;
}
