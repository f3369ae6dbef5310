import { OperationsError } from './operations-error';

/** Name of a table. */
export interface TableName {
  readonly keyspace: string;
  readonly table: string;
}

/** Parses `KEYSPACE.TABLE`. @returns `undefined` for another form */
export function parseTableName(text: string): TableName | undefined {
  const [, keyspace, table] = /^(\w{1,48})\.(\w{1,222})$/.exec(text) ?? [];
  return keyspace === undefined ? undefined : { keyspace, table: table! };
}

export function formatTableName({ keyspace, table }: TableName): string {
  return `${keyspace}.${table}`;
}

/** Quotes a name for CQL, so that its case is kept. */
export function quoteTableName({ keyspace, table }: TableName): string {
  return `"${keyspace}"."${table}"`;
}

/** Definition of a table, as `schema.cql` of a snapshot or `DESCRIBE TABLE ... WITH INTERNALS` has it. */
export class TableDefinition {
  /**
   * Parses a definition.
   *
   * @param source for messages, for example `schema.cql of dropped-1-t on b`
   * @throws OperationsError if it creates no table
   */
  public static parse(cql: string, source: string): TableDefinition {
    const statements = splitStatements(cql);
    const create = statements.find((statement) => CREATE_TABLE.test(statement));
    if (create === undefined) throw new OperationsError(`${source} has no CREATE TABLE`);
    return new TableDefinition(statements, create);
  }

  private constructor(
    private readonly statements: readonly string[],
    private readonly create: string,
  ) {}

  /** Columns, primary key and clustering order: what data files depend on. */
  public get columns(): readonly string[] {
    const { body, options } = this.parts;
    const order = /\bCLUSTERING ORDER BY \([^)]*\)/.exec(options)?.[0];
    const lines = body.split('\n').map((line) => line.trim().replace(/,$/, ''));
    return [...lines.filter(Boolean), ...(order === undefined ? [] : [order])];
  }

  /** Seconds for which deletions are remembered; `undefined` if the definition has none. */
  public get gcGraceSeconds(): number | undefined {
    const [, seconds] = /\bgc_grace_seconds = (\d+)/.exec(this.parts.options) ?? [];
    return seconds === undefined ? undefined : Number(seconds);
  }

  /** Describes how another definition differs: lines that only one of them has. @returns an empty list if data files fit both */
  public differences(other: TableDefinition): readonly string[] {
    return [
      ...this.columns.filter((line) => !other.columns.includes(line)).map((line) => `only in the backup: ${line}`),
      ...other.columns.filter((line) => !this.columns.includes(line)).map((line) => `only in the live table: ${line}`),
    ];
  }

  /** Statements that create the table, with a new id: nothing that Cassandra knows of the former table concerns it. */
  public statementsFor(target: TableName, former: TableName): readonly string[] {
    const isSame = formatTableName(target) === formatTableName(former);
    return (
      this.statements
        // Names of indexes are unique in a keyspace: a table of another name is created without.
        .filter((statement) => isSame || !CREATE_INDEX.test(statement))
        .map((statement) => {
          const renamed = statement
            .replace(CREATE_TABLE, (_, head: string) => `${head}${quoteTableName(target)}`)
            .replace(ALTER_TABLE, (_, head: string) => `${head}${quoteTableName(target)}`)
            .replace(CREATE_TYPE, (_, head: string) => `${head}"${target.keyspace}"`);
          return statement === this.create ? renamed.replace(/\) WITH ID = [0-9a-f-]{36}\s+AND /, ') WITH ') : renamed;
        })
    );
  }

  /** Indexes that `statementsFor` leaves out for another name. */
  public get indexes(): readonly string[] {
    return this.statements.filter((statement) => CREATE_INDEX.test(statement));
  }

  private get parts(): { body: string; options: string } {
    const begin = this.create.indexOf('(');
    let depth = 0;
    for (const { 0: token, index } of this.create.slice(begin).matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[()]/g)) {
      if (token === '(') depth++;
      if (token === ')' && --depth === 0) {
        return { body: this.create.slice(begin + 1, begin + index), options: this.create.slice(begin + index + 1) };
      }
    }
    return { body: this.create.slice(begin + 1), options: '' };
  }
}

const NAME = '(?:"(?:[^"]|"")+"|\\w+)';
const CREATE_TABLE = new RegExp(`^(CREATE TABLE (?:IF NOT EXISTS )?)${NAME}\\.${NAME}`);
const ALTER_TABLE = new RegExp(`^(ALTER TABLE )${NAME}\\.${NAME}`);
const CREATE_TYPE = new RegExp(`^(CREATE TYPE (?:IF NOT EXISTS )?)${NAME}(?=\\.)`);
const CREATE_INDEX = /^CREATE (?:CUSTOM )?INDEX /;

/** Splits at the semicolons outside of names and strings. */
function splitStatements(cql: string): string[] {
  const tokens = cql.match(/"(?:[^"]|"")*"|'(?:[^']|'')*'|;|[^;"']+/g) ?? [];
  const statements = [''];
  for (const token of tokens) {
    if (token === ';') statements.push('');
    else statements[statements.length - 1] += token;
  }
  return statements.map((statement) => statement.trim()).filter(Boolean);
}
