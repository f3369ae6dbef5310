import { ApiError } from './api-error';
import type { Body } from './api-request';

type Test = (body: Body) => boolean;

/**
 * Parses the filter of a list: comparisons `FIELD=VALUE`, `FIELD!=VALUE`, `FIELD:*` and `FIELD:PREFIX*`, joined by AND or in brackets, all
 * of which have to hold. Fields of a label are `labels.KEY`.
 *
 * @throws ApiError for other filters
 */
export function parseFilter(filter: string): Test {
  const terms = filter
    .trim()
    .split(/\s+AND\s+|\)\s*\(/)
    .map((term) => term.replace(/^[\s(]+|[\s)]+$/g, ''));
  const tests = filter.trim() === '' ? [] : terms.map((term) => parseTerm(term, filter));
  return (body) => tests.every((test) => test(body));
}

function parseTerm(term: string, filter: string): Test {
  const match = /^([A-Za-z][\w.-]*)\s*(!=|=|:)\s*(?:"([^"]*)"|([^\s"()]*))$/.exec(term);
  if (!match) throw new ApiError(400, `Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`, 'invalid');
  const [, field = '', operator, quoted, bare = ''] = match;
  const wanted = quoted ?? bare;
  const read = (body: Body): string | undefined => {
    const [first = '', ...rest] = field.split('.');
    const value = rest.length === 0 ? body[first] : (body[first] as Body | undefined)?.[rest.join('.')];
    return value === undefined || value === null ? undefined : String(value);
  };
  if (operator === ':' && wanted.endsWith('*')) return (body) => read(body)?.startsWith(wanted.slice(0, -1)) === true;
  if (operator === '!=') return (body) => read(body) !== wanted;
  return (body) => read(body) === wanted;
}
