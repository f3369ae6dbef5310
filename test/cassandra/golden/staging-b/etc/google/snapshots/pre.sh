#!/bin/bash
exec /usr/local/sbin/cassandra-snapshot prepare
