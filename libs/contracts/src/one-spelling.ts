import { z } from 'zod';

// RFC 6838, as far as it matters; what stands in its parameters does not: `data` is part of a JSON text, which is UTF-8.
const JSON_MEDIA_TYPE = /^[^\s/;]+\/(?:[^\s/;]+\+)?json\s*(?:;|$)/i;
const OURS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z$/;
const rfc3339 = z.iso.datetime({ offset: true });

/**
 * What CloudEvents lets a producer write in several ways, in the one way of ours, for the schema to check: an attribute that is null
 * is absent, no `datacontenttype` means JSON, and a time may have any offset, any number of decimals, and small letters.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function inOneSpelling(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const {
    id,
    datacontenttype,
    causationid,
    time,
    data,
    data_base64: binary,
    ...rest
  } = json as Record<string, unknown>;
  return {
    ...rest,
    // A UUID in capitals is the same one, and PostgreSQL answers in small letters.
    id: typeof id === 'string' ? id.toLowerCase() : id,
    datacontenttype: isJson(datacontenttype) ? 'application/json' : datacontenttype,
    ...(isSet(causationid) && { causationid }),
    time: inUtc(time),
    // The two exclude each other, and no contract has binary data.
    data: isSet(binary) ? undefined : data,
  };
}

const isSet = (value: unknown) => value !== undefined && value !== null;
const isJson = (type: unknown) => !isSet(type) || (typeof type === 'string' && JSON_MEDIA_TYPE.test(type));

/** With milliseconds. A leap second counts as the one before it: nothing here has a place for it. */
function inUtc(time: unknown): unknown {
  if (typeof time !== 'string' || OURS.test(time)) return time;
  const capital = time.toUpperCase().replace(/:60(?=[.Z+-])/, ':59');
  return rfc3339.safeParse(capital).success ? new Date(capital).toISOString() : time;
}
