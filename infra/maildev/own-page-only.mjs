// Loaded into MailDev with `node --import`. MailDev lets the page of any site read all mails: it answers every Origin with
// Access-Control-Allow-Origin and -Credentials, its WebSocket too, and no option changes that. With a password it would still tell every
// page of new mails over the WebSocket. So what no page of its own sends does not reach it.
import { Server } from 'node:http';

const { emit } = Server.prototype;

Server.prototype.emit = function (event, request, answer, ...more) {
  if ((event !== 'request' && event !== 'upgrade') || isOwn(request)) {
    return emit.call(this, event, request, answer, ...more);
  }
  if (event === 'request') answer.writeHead(403).end('Mails are shown to pages of this address only.\n');
  else answer.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  return true;
};

/**
 * Asked for by a name of this machine or by an address: any other name may be a foreign page's own, made to point here. And by no page, or by one
 * that came from here; behind a forwarded port only the browser knows that.
 */
function isOwn({ headers }) {
  const asked = URL.parse(`http://${headers.host}`);
  if (!asked || !/^(localhost|[\d.]+|\[[\da-f:]+\])$/.test(asked.hostname)) return false;
  if (headers.origin === undefined || headers['sec-fetch-site'] === 'same-origin') return true;
  return URL.parse(headers.origin)?.host === asked.host;
}
