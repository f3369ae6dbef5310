// Syntax checks of names, labels and ports. Each function returns the errors of a text, in Kubernetes' words.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const DNS_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const matches = (pattern: string, text: string): boolean => new RegExp(`^${pattern}$`).test(text);

/** Builds an error with examples: `... (e.g. 'my-name',  or '123-abc', regex used for validation is '...')`. */
function regexError(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}'`).join(',  or ');
  return `${message} (e.g. ${shown}, regex used for validation is '${pattern}')`;
}

const tooLong = (text: string, limit: number): string[] => (text.length > limit ? [`must be no more than ${limit} characters`] : []);

/** Checks a lowercase RFC 1123 subdomain. */
export function subdomain(text: string): string[] {
  return [
    ...tooLong(text, 253),
    ...(matches(SUBDOMAIN, text)
      ? []
      : [
          regexError(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
            SUBDOMAIN,
            'example.com',
          ),
        ]),
  ];
}

/** Checks a lowercase RFC 1123 label. */
export function dnsLabel(text: string): string[] {
  return [
    ...tooLong(text, 63),
    ...(matches(LABEL, text)
      ? []
      : [
          subdomain(text).length === 0
            ? 'must not contain dots'
            : regexError(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                LABEL,
                'my-name',
                '123-abc',
              ),
        ]),
  ];
}

/** Checks a DNS-1035 label, such as the name of a service. */
export function dns1035Label(text: string): string[] {
  return [
    ...tooLong(text, 63),
    ...(matches(DNS_1035, text)
      ? []
      : [
          regexError(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
            DNS_1035,
            'my-name',
            'abc-123',
          ),
        ]),
  ];
}

/** Checks the key of a label or annotation: a name with an optional DNS subdomain as prefix. */
export function qualifiedName(text: string): string[] {
  const form = (problem: string) => `${problem} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1)!;
  const prefix = parts.length === 2 ? parts[0]! : undefined;
  return [
    ...(prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : subdomain(prefix).map((error) => `prefix part ${error}`)),
    ...(name === '' ? ['name part must be non-empty'] : name.length > 63 ? ['name part must be no more than 63 characters'] : []),
    ...(matches(QUALIFIED, name)
      ? []
      : [
          form("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"),
        ]),
  ];
}

export function labelValue(text: string): string[] {
  const pattern = `(${QUALIFIED})?`;
  return [
    ...tooLong(text, 63),
    ...(matches(pattern, text)
      ? []
      : [
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${pattern}')`,
        ]),
  ];
}

export function portNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

export function portName(text: string): string[] {
  return [
    ...(text.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
    ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(text !== '' && (text.startsWith('-') || text.endsWith('-')) ? ['must not begin or end with a hyphen'] : []),
  ];
}

/** Checks the key of a config map or secret. */
export function configKey(text: string): string[] {
  return [
    ...tooLong(text, 253),
    ...(/^[-._a-zA-Z0-9]+$/.test(text)
      ? []
      : [
          regexError(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            '[-._a-zA-Z0-9]+',
            'key.name',
            'KEY_NAME',
            'key-name',
          ),
        ]),
    ...(text === '.' || text === '..' ? [`must not be '${text}'`] : text.startsWith('..') ? ["must not start with '..'"] : []),
  ];
}

/** Checks a name that is a URL path segment, such as the name of a role. */
export function pathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].flatMap((each) => (text.includes(each) ? [`may not contain '${each}'`] : []));
}
