#!/bin/sh
# Makes the cluster on first start, then becomes the server.
set -eu

if [ ! -d "$PGDATA" ]; then
  # A cluster that was only half made must not be taken for one: it gets its name when complete.
  rm -rf "$PGDATA.new"
  initdb --pgdata="$PGDATA.new" --username=postgres --pwfile=/run/credentials/postgres \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >>"$PGDATA.new/pg_hba.conf"
  mv "$PGDATA.new" "$PGDATA"
fi

exec postgres -c listen_addresses='*' -c shared_buffers=32MB -c max_connections=60 -c jit=off \
  -c shared_preload_libraries=pg_stat_statements -c max_wal_size=256MB "$@"
