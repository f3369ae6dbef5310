import { CASSANDRA_KEYSPACES, PLATFORM_KEYSPACE } from '../../cassandra-contract/keyspaces';

/**
 * Python functions that list the content of a data disk, and compute a digest of the schema. The same on nodes, which write it to the manifest
 * of a snapshot, and on recovery VMs, which compare it with that manifest.
 */
export const DISK_CONTENT = String.raw`
import hashlib
import json
import os
import re

# Of Cassandra, and of the platform.
SYSTEM_KEYSPACES = (${[...CASSANDRA_KEYSPACES, PLATFORM_KEYSPACE].map((name) => `'${name}'`).join(', ')})

# Columns of system_schema that all releases of 5.0 have.
SCHEMA_COLUMNS = {
    'keyspaces': 'keyspace_name, durable_writes, replication',
    'tables': 'keyspace_name, table_name, id, flags, default_time_to_live, gc_grace_seconds',
    'columns': 'keyspace_name, table_name, column_name, clustering_order, kind, position, type',
    'dropped_columns': 'keyspace_name, table_name, column_name, type',
    'types': 'keyspace_name, type_name, field_names, field_types',
    'indexes': 'keyspace_name, table_name, index_name, kind, options',
    'views': 'keyspace_name, view_name, base_table_name, id, where_clause',
    'functions': 'keyspace_name, function_name, argument_types, body, language, return_type',
    'aggregates': 'keyspace_name, aggregate_name, argument_types, state_func, state_type, final_func',
}


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        return 'unreadable: %s' % error.strerror


def list_names(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def list_folders(folder):
    return [name for name in list_names(folder) if os.path.isdir(folder + '/' + name)]


def list_tables(data):
    """Yields the folders of tables: table as KEYSPACE.TABLE, its id, the path, and the folders in it that have SSTables."""
    root = data + '/data'
    for keyspace in list_folders(root):
        for folder in list_folders(root + '/' + keyspace):
            table, _, number = folder.rpartition('-')
            if re.fullmatch('[0-9a-f]{32}', number):
                path = '%s/%s/%s' % (root, keyspace, folder)
                # Those of secondary indexes begin with a dot.
                yield keyspace + '.' + table, number, path, [''] + [name + '/' for name in list_folders(path) if name.startswith('.')]


def list_sstables(folder):
    """SSTables of a folder with their components, without those that Cassandra removes at its start: the old ones of a committed transaction,
    and the new ones of another."""
    found, removed = {}, set()
    for name in list_names(folder):
        match = re.fullmatch(r'([a-z]{2}-[^-]+-(?:big|bti))-(.+)', name)
        if match and not name.endswith('.tmp'):
            found.setdefault(match.group(1), set()).add(match.group(2))
        elif '_txn_' in name and name.endswith('.log'):
            records = read_text(folder + '/' + name) or ''
            kind = 'remove' if re.search(r'^commit:\[[^\]]*\]\[\d+\]$', records, re.I | re.M) else 'add'
            removed.update(re.findall(r'^%s:\[(?:[^\],]*/)?([a-z]{2}-[^-/]+-(?:big|bti))-' % kind, records, re.I | re.M))
    return {sstable: components for sstable, components in found.items() if sstable not in removed}


def list_commit_logs(data):
    return [name for name in list_names(data + '/commitlog') if re.fullmatch(r'CommitLog-\d+-\d+\.log', name)]


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def list_disk(data):
    """SSTables and commit logs, as a manifest has them."""
    sstables = [
        {
            'table': table,
            'id': number,
            'name': place + name,
            'bytes': size_of('%s/%s%s-Data.db' % (path, place, name)),
            'digest': (read_text('%s/%s%s-Digest.crc32' % (path, place, name)) or '').strip()[:20],
        }
        for table, number, path, places in list_tables(data)
        for place in places
        for name in sorted(list_sstables(path + '/' + place))
    ]
    return {'sstables': sstables, 'commitLogs': [{'name': name} for name in list_commit_logs(data)]}


def digest_schema(connection):
    """Digest of the schema of the user keyspaces."""
    schema = []
    for table, columns in sorted(SCHEMA_COLUMNS.items()):
        rows = connection.rows('SELECT %s FROM system_schema.%s' % (columns, table), 1)
        schema.append([table, sorted(row for row in rows if row[0] not in SYSTEM_KEYSPACES)])
    return hashlib.sha256(json.dumps(schema).encode()).hexdigest()
`;
